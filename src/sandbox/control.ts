import { allFaults, faultNames, isFaultName, setFault } from "./faults";
import { jsonResponse, type WireRequest, type WireResponse } from "./http";
import type { World } from "./world";

/** The sandbox's own paths: `/_sandbox/health`, `/_sandbox/faults` (GET, PUT a JSON object, DELETE) and `/_sandbox/reset` (POST). */
export function handleControl(world: World, request: WireRequest): WireResponse {
  switch (`${request.method} ${request.path}`) {
    case "GET /_sandbox/health":
      return jsonResponse(200, { status: "ok", endpoint: world.endpoint, pid: process.pid, speed: world.options.speed });
    case "GET /_sandbox/faults":
      return jsonResponse(200, { active: allFaults(world), known: faultNames });
    case "PUT /_sandbox/faults":
    case "POST /_sandbox/faults":
      return putFaults(world, request.body);
    case "DELETE /_sandbox/faults":
      for (const name of Object.keys(allFaults(world)).filter(isFaultName)) {
        setFault(world, name, undefined);
      }
      return jsonResponse(200, { active: {} });
    case "POST /_sandbox/reset":
      world.reset();
      return jsonResponse(200, { status: "ok" });
    default:
      return jsonResponse(404, { message: "The sandbox knows health, faults and reset here." });
  }
}

/** Switches by name; true stands for "without a value", null and false take one back. */
function putFaults(world: World, body: Buffer): WireResponse {
  let wanted: unknown;
  try {
    wanted = JSON.parse(body.toString("utf8"));
  } catch {
    return jsonResponse(400, { message: "The body must be a JSON object of fault switches." });
  }
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) {
    return jsonResponse(400, { message: "The body must be a JSON object of fault switches." });
  }
  const unknown = Object.keys(wanted).filter((name) => !isFaultName(name));
  if (unknown.length > 0) {
    return jsonResponse(400, { message: `Unknown fault switch: ${unknown.join(", ")}`, known: Object.keys(faultNames) });
  }
  for (const [name, value] of Object.entries(wanted)) {
    if (isFaultName(name)) {
      setFault(world, name, value === null || value === false ? undefined : value === true ? "" : String(value as string | number));
    }
  }
  return jsonResponse(200, { active: allFaults(world) });
}
