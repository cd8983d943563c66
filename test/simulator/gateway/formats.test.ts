import assert from "node:assert/strict";
import sax from "sax";
import { Simulator } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import { acs3, assertSucceeded, type Reply, rpc } from "../wire";

const action = "InvokeThingService";

describe("the simulator's answers and sizes", () => {
  let simulator: Simulator;
  beforeEach(async () => (simulator = await Simulator.start({ definition: homeDefinition() })));
  afterEach(() => simulator.close());

  it("accepts a URL of 1 MB", async () => {
    const text = "x".repeat(1_000_000);
    const parameters = { ...open(), Identifier: "Echo", Args: JSON.stringify({ Text: text }) };
    const query = new URLSearchParams(parameters).toString();
    assert.ok(query.length < 1024 * 1024);
    const reply = await acs3(simulator, action, parameters, { method: "GET" });
    assert.match(String(assertSucceeded(reply).Data.Result), /x{1000000}/);
  });

  it("refuses a body of more than 2 MB without acting", async () => {
    const parameters = {
      ...open(),
      Identifier: "Echo",
      Args: JSON.stringify({ Text: "x".repeat(2_200_000) }),
    };
    const reply = await rpc(simulator, action, parameters).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    // Node may notice the closed socket before it has read the answer.
    if (typeof reply === "object") assert.equal(reply.status, 413);
    else assert.match(String(reply), /EPIPE|ECONNRESET/);
    assert.equal(simulator.executions.length, 0);
  });

  it("answers in JSON or XML as requested, in XML by default", async () => {
    const kinds: [Promise<Reply>, RegExp][] = [
      [rpc(simulator, action, open()), /^application\/json;charset=utf-8$/],
      [rpc(simulator, action, open(), { format: "XML" }), /^text\/xml;charset=utf-8$/],
      [rpc(simulator, action, open(), { also: { Format: undefined } }), /^text\/xml;charset=utf-8$/],
      [acs3(simulator, action, open()), /^application\/json;charset=utf-8$/],
      [acs3(simulator, action, open(), { accept: "text/xml" }), /^text\/xml;charset=utf-8$/],
      [acs3(simulator, action, open(), { accept: "*/*" }), /^text\/xml;charset=utf-8$/],
    ];
    for (const [reply, type] of kinds) assert.match((await reply).headers["content-type"] ?? "", type);
  });

  it("writes XML that says the same as the JSON, for success and for both kinds of failure", async () => {
    const xml = { format: "XML" };
    const success = textsOf(await rpc(simulator, action, open(), xml));
    assert.equal(success.get("InvokeThingServiceResponse/Success"), "true");
    assert.match(success.get("InvokeThingServiceResponse/Data/Result") ?? "", /"Percent":20\.0/);

    const business = textsOf(await rpc(simulator, action, open("<&'\">\u0001"), xml));
    assert.equal(business.get("InvokeThingServiceResponse/Success"), "false");
    assert.equal(business.get("InvokeThingServiceResponse/Code"), "iot.device.NotExistedDevice");
    assert.match(business.get("InvokeThingServiceResponse/ErrorMessage") ?? "", /<&'">\ufffd/);

    const gateway = textsOf(await rpc(simulator, action, open(), { ...xml, secret: "guessed" }));
    assert.equal(gateway.get("Error/Code"), "SignatureDoesNotMatch");
    assert.ok(gateway.get("Error/RequestId"));
  });
});

/** Path of each element to its text, read by a strict parser. */
function textsOf(reply: Reply): Map<string, string> {
  const texts = new Map<string, string>();
  const path: string[] = [];
  const parser = sax.parser(true);
  parser.onerror = (error) => assert.fail(error);
  parser.onopentag = ({ name }) => path.push(name);
  parser.ontext = (text) => texts.set(path.join("/"), (texts.get(path.join("/")) ?? "") + text);
  parser.onclosetag = () => path.pop();
  parser.write(reply.text).close();
  return texts;
}
