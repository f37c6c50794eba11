import { Reader } from "../../inputs";
import { type Input } from "../../service";

export const read = (input: Input): Reader => new Reader(input, "InvalidArgument");
