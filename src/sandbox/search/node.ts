export const nodeId = "sAnDbOxNoDe00000000001";
