import { dataPlaneSuite } from "../contract/dataPlane";
import { chosenEngines, engines } from "./engines";
import { startEngine } from "./startEngine";

for (const engine of chosenEngines()) {
  dataPlaneSuite({ engine, title: engines[engine].title, start: () => startEngine({ engine }) });
}
