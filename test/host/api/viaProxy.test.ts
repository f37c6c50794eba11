import assert from "node:assert/strict";
import * as vscode from "vscode";
import { hiddenHost, proxiedNetwork, type ProxiedNetwork } from "../../fakes/proxiedNetwork";
import { channelText, event, LogsAccount, until } from "./logsAccount";

// The editor of this suite was started with NODE_EXTRA_CA_CERTS: it trusts the authority that the hidden host's certificate is from.
suite("proxy", () => {
  const account = new LogsAccount("hidden");
  const http = () => vscode.workspace.getConfiguration("http");
  const user = vscode.ConfigurationTarget.Global;
  let network: ProxiedNetwork;

  suiteSetup(async () => {
    await account.start();
    network = await proxiedNetwork(account.endpoint);
    process.env["AWS_ENDPOINT_URL"] = `https://${hiddenHost}`;
    await account.write("proxied-2026-11-29", [event(1), event(2)]);
  });

  suiteTeardown(async () => {
    await http().update("proxy", undefined, user);
    await http().update("noProxy", undefined, user);
    await http().update("proxySupport", undefined, user);
    await http().update("proxyStrictSSL", undefined, user);
    network.stop();
    await account.stop();
  });

  const connectAgain = async (): Promise<void> => {
    const ours = vscode.workspace.getConfiguration("appstreamMonitor");
    await ours.update("connection.kind", undefined, vscode.ConfigurationTarget.Workspace);
    await ours.update("connection.kind", "aws", vscode.ConfigurationTarget.Workspace);
  };
  const tail = () =>
    vscode.commands.executeCommand("appstreamMonitor.logs.tail", { domain: account.domain, index: "proxied", since: "all" });

  test("account and domain are reached through the proxy that the editor is configured with, encrypted to their own certificate", async () => {
    await http().update("proxy", network.proxy.replace("http://", "http://ada:word@"), user);
    await connectAgain();
    await tail();
    await until("the events", () => channelText("domain hidden").includes("event 2"));
    const shown = channelText("domain hidden").match(/event \d+$/gm) ?? [];
    assert.deepEqual(shown.sort(), ["event 1", "event 2"]);
    assert.deepEqual([...new Set(network.asked)], [`${hiddenHost}:443`]);
    assert.deepEqual([...network.hosts], [hiddenHost]);
    assert.ok(network.authorizations.every((sent) => sent === `Basic ${Buffer.from("ada:word").toString("base64")}`));
    await vscode.commands.executeCommand("appstreamMonitor.logs.stopTail");
  });

  test("what the editor exempts from its proxy is asked for directly", async () => {
    const { length } = network.asked;
    await http().update("noProxy", [hiddenHost], user);
    await connectAgain();
    await tail();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal(network.asked.length, length);
  });

  test("a certificate for another name is refused, also where the editor does not check that of its proxy", async () => {
    await http().update("noProxy", undefined, user);
    process.env["AWS_ENDPOINT_URL"] = "https://another.eu-west-1.es.amazonaws.com";
    for (const strict of [true, false]) {
      const { length } = network.asked;
      await http().update("proxyStrictSSL", strict, user);
      await connectAgain();
      void tail();
      await until("a connection", () => network.asked.length > length);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      assert.deepEqual([...network.hosts], [hiddenHost], `http.proxyStrictSSL ${strict}`);
    }
    process.env["AWS_ENDPOINT_URL"] = `https://${hiddenHost}`;
  });

  test("with http.proxySupport off the proxy is not asked", async () => {
    await http().update("proxySupport", "off", user);
    await connectAgain();
    const { length } = network.asked;
    void tail();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.equal(network.asked.length, length);
  });
});
