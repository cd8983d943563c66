import assert from "node:assert/strict";
import { Failure } from "../../lib/base/failure";
import { readAnswer } from "../../lib/cloud/answer";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { readXml } from "../../lib/cloud/xml";
import type { CommandAnswer } from "../../lib/invocation/operation";
import { readServiceAnswer } from "../../lib/invocation/result";
import { httpAnswer, RawServer } from "../support/raw-server";

const deep = `${"[".repeat(3000)}${"]".repeat(3000)}`;
const deepXml = `${"<a>".repeat(3000)}x${"</a>".repeat(3000)}`;

function read(body: string): CommandAnswer {
  const http = { statusCode: 200, headers: {}, body: Buffer.from(body) };
  return readServiceAnswer(readAnswer(http, "InvokeThingService"));
}

describe("an answer that nests 3,000 deep", () => {
  it("is passed on as text, with the outcome of the answer", () => {
    for (const Result of [JSON.stringify(deep), deep]) {
      const body = `{"RequestId":"R","Success":true,"Data":{"MessageId":"7","Result":${Result}}}`;
      const { callType, messageId, result } = read(body);
      assert.deepEqual([callType, messageId, result], ["sync", "7", deep]);
    }
    const xml = `<A><Success>true</Success><Data><MessageId>7</MessageId><Result>${deepXml}</Result></Data></A>`;
    assert.deepEqual([read(xml).messageId, read(xml).result], ["7", deepXml]);
  });

  it("is refused as it says, whatever else is in it", () => {
    for (const body of [
      `{"RequestId":"R","Success":false,"Code":"iot.messagebroker.OFFLINE","ErrorMessage":"off","Detail":${deep}}`,
      `<Error><Success>false</Success><Code>iot.messagebroker.OFFLINE</Code><ErrorMessage>off</ErrorMessage><D>${deepXml}</D></Error>`,
    ]) {
      assert.throws(
        () => read(body),
        (error: Failure) => error.code === "iot.messagebroker.OFFLINE" && error.message === "off",
      );
    }
  });
});

describe("XML", () => {
  it("keeps the text of a part that nests too deep, however its tags are written", () => {
    const part = `${"<a b='1' >".repeat(300)}<c/>&amp;<![CDATA[<]]>${"</a >".repeat(300)}`;
    const { content } = readXml(`<?xml version="1.0"?>\n<r><d><e x=">">${part}</e><f>1</f></d></r>`);
    assert.deepEqual(content, { d: { e: part, f: "1" } });
  });

  it("with more elements than any real answer is invalid", () => {
    for (const part of ["<a/>", "<a>1</a>", "<a b='1'></a>"]) {
      assert.throws(() => readXml(`<r>${part.repeat(20_001)}</r>`), /too many/);
    }
  });
});

describe("the size of an answer", () => {
  const credentials = typedCredentials({
    credentialType: "access_key",
    accessKeyId: "a",
    accessKeySecret: "b",
  });

  it("is half a megabyte at most for everything but a thing model, which may have four", async () => {
    let size = 0;
    const server = await RawServer.start((_request, socket) => {
      const start = '{"Success":true,"x":"';
      socket.write(httpAnswer(`${start}${"x".repeat(size - start.length - 2)}"}`));
    });
    const client = new Client({ endpoint: server.url, credentials, concurrency: 1, timeout: 15_000 });
    const ending = async (operation: string, bytes: number): Promise<string> => {
      size = bytes;
      return client.call(operation, {}).then(
        () => "ok",
        (error: unknown) => (error instanceof Failure ? `${error.code} ${error.outcome}` : String(error)),
      );
    };
    const half = 512 * 1024;
    for (const operation of ["InvokeThingService", "QueryDevice", "QueryProductList", "SomethingNew"]) {
      assert.equal(await ending(operation, half), "ok", operation);
      assert.equal(await ending(operation, half + 1), "invalid-response unknown", operation);
    }
    for (const operation of ["GetThingModelTsl", "GetThingModelTslPublished"]) {
      assert.equal(await ending(operation, 8 * half), "ok", operation);
      assert.equal(await ending(operation, 8 * half + 1), "invalid-response unknown", operation);
    }
    await client.close();
    await server.close();
  });
});
