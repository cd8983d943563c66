import { httpAnswer, RawServer, success } from "./raw-server";

/** Text of so many bytes at most. */
function filled(piece: string, bytes: number): string {
  return piece.repeat(Math.floor(bytes / piece.length));
}

/** `[piece,piece,…]` */
export function listOf(piece: string, bytes: number): string {
  return `[${filled(`${piece},`, bytes).slice(0, -1)}]`;
}

export const deepList = `${"[".repeat(3000)}${"]".repeat(3000)}`;
export const deepObject = `${'{"a":'.repeat(3000)}1${"}".repeat(3000)}`;
const maxBytes = 4 * 1024 * 1024 - 200;

const inData = (result: string): string =>
  `{"RequestId":"R","Success":true,"Data":{"MessageId":"1","Result":${result}}}`;
const inXml = (result: string): string =>
  `<R><RequestId>R</RequestId><Success>true</Success><Data><MessageId>1</MessageId><Result>${result}</Result></Data></R>`;

/** Answers of service calls by service: what a platform never sends, and a server in its place can. */
export const hostileAnswers: Record<string, string> = {
  Fine: success({ Level: 5 }),
  DeepText: inData(JSON.stringify(deepList)),
  DeepTextObject: inData(JSON.stringify(deepObject)),
  DeepEnvelope: inData(JSON.stringify(`{"code":200,"data":${deepObject}}`)),
  DeepList: inData(deepList),
  DeepData: `{"RequestId":"R","Success":true,"Data":${deepObject}}`,
  DeepRefusal: `{"RequestId":"R","Success":false,"Code":"iot.x","ErrorMessage":${deepList}}`,
  DeepCode: inData(JSON.stringify(`{"code":${deepList},"data":{}}`)),
  DeepXml: inXml(`${"<a>".repeat(3000)}${"</a>".repeat(3000)}`),
  NoEnd: `{"Success":true,"Data":${"[".repeat(500_000)}`,
  LargeJson: inData(listOf('{"a":1}', maxBytes)),
  LargeXml: inXml(filled("<a/>", maxBytes)),
  HalfJson: inData(listOf("12345678901234567890", 500_000)),
  HalfText: inData(JSON.stringify(listOf("{}", 150_000))),
  HalfXml: inXml(filled("&amp;", 500_000)),
  HalfCdata: inXml(filled("<![CDATA[]]>", 500_000)),
};

const service = (inputs: string): string =>
  `{"services":[{"identifier":"S","name":"S","callType":"sync","inputData":${inputs},"outputData":[]}]}`;
const parameter = (type: string): string => `{"identifier":"x","name":"x","dataType":${type}}`;
const fields = `[${Array.from({ length: 500 }, (_none, index) => `{"identifier":"f${index}","name":"f","dataType":{"type":"int","specs":{"min":"0","max":"9"}}}`).join(",")}]`;
const labels = JSON.stringify(
  Object.fromEntries(Array.from({ length: 1000 }, (_none, key) => [key, "label"])),
);

/** Thing models by product. */
export const hostileModels: Record<string, string> = {
  number: service(`[${parameter('{"type":"int","specs":{"min":"0","max":"100","step":"1"}}')}]`),
  double: service(
    `[${parameter('{"type":"double","specs":{"min":"4.9E-324","max":"1.7976931348623157E308","step":"0.01"}}')}]`,
  ),
  structs: service(`[${parameter(`{"type":"array","specs":{"item":{"type":"struct","specs":${fields}}}}`)}]`),
  enums: service(`[${parameter(`{"type":"array","specs":{"item":{"type":"enum","specs":${labels}}}}`)}]`),
  dates: service(`[${parameter('{"type":"array","specs":{"item":{"type":"date"}}}')}]`),
  texts: service(`[${parameter('{"type":"text","specs":{"length":"9999999"}}')}]`),
  multiplies: `{"properties":${listOf('{"identifier":"a","dataType":{"type":"int"}}', 100_000)},"services":[{"identifier":"S","callType":"sync","inputData":${listOf('"a"', 20_000)}}]}`,
  ones: service(listOf("1", maxBytes)),
  allOnes: listOf("1", maxBytes),
  large: service(listOf(parameter('{"type":"int","specs":{}}'), maxBytes / 3)),
  keys: `{"services":[],"profile":{${Array.from({ length: 200_000 }, (_none, key) => `"k${key}":1`).join(",")}}}`,
  integers: service(listOf("12345678901234567890", maxBytes)),
  deep: service(deepList),
  noEnd: `{"services":${"[".repeat(3_000_000)}`,
};

/** A server in the platform's place that means no good. */
export class HostilePlatform {
  /** Requests for pages of lists. */
  pages = 0;
  /** Told of each asynchronous call, once it is answered. */
  onAsync: (messageId: string, service: string) => void = () => undefined;
  private calls = 0;

  private constructor(private server: RawServer | undefined) {}

  static async start(): Promise<HostilePlatform> {
    const platform = new HostilePlatform(undefined);
    platform.server = await RawServer.start((request, socket) => {
      const [head = "", body = ""] = request.split("\r\n\r\n");
      const given = new URLSearchParams(`${/\?(\S*)/.exec(head)?.[1] ?? ""}&${body}`);
      const action = /^x-acs-action: (\S+)/im.exec(head)?.[1] ?? "";
      socket.write(platform.answer(action, given));
    });
    return platform;
  }

  get url(): string {
    return this.server!.url.href;
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  private answer(action: string, given: URLSearchParams): string {
    if (action === "GetThingModelTslPublished") {
      const TslStr = hostileModels[given.get("ProductKey") ?? ""];
      if (TslStr !== undefined) return httpAnswer(JSON.stringify({ Success: true, Data: { TslStr } }));
    }
    if (action === "QueryProductList") {
      this.pages++;
      const rows = Array.from({ length: 200 }, () => ({ ProductKey: "same", ProductName: "same" }));
      return httpAnswer(
        JSON.stringify({ Success: true, Data: { PageCount: 1e9, Total: 1e9, List: { ProductInfo: rows } } }),
      );
    }
    if (action === "QueryDevice") {
      const page = this.pages++;
      const rows = [{ DeviceName: `d${page % 3}`, IotId: "i" }];
      return httpAnswer(
        JSON.stringify({ Success: true, Total: 1e9, NextToken: `token${page}`, Data: { DeviceInfo: rows } }),
      );
    }
    if (action !== "InvokeThingService") {
      return httpAnswer('{"RequestId":"R","Success":false,"Code":"iot.prod.NotExistedProduct"}');
    }
    const name = given.get("Identifier") ?? "";
    const answer = hostileAnswers[name];
    if (answer !== undefined) return httpAnswer(answer);
    const messageId = String(++this.calls);
    setImmediate(() => this.onAsync(messageId, name));
    return httpAnswer(success(name.startsWith("Async") ? undefined : {}, messageId));
  }
}
