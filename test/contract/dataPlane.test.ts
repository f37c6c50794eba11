import { dataPlaneSuite } from "./dataPlane";
import { sandboxDomain } from "./sandboxDomain";

const versions = {
  es71: "Elasticsearch_7.1",
  es710: "Elasticsearch_7.10",
  opensearch2: "OpenSearch_2.19",
  opensearch3: "OpenSearch_3.8",
} as const;

for (const [engine, version] of Object.entries(versions)) {
  dataPlaneSuite({ engine, title: `The sandbox as ${version}`, start: () => sandboxDomain(version) });
}
