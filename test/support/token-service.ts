import { once } from "node:events";
import { readFileSync } from "node:fs";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";

const pem = (name: string): string => readFileSync(`test/support/tls/${name}.pem`, "utf8");

/** A question that reached the token service. */
interface Question {
  host: string;
  method: string;
  path: string;
  /** Of query and form together. */
  parameters: URLSearchParams;
  headers: http.IncomingHttpHeaders;
}

interface IssuedToken {
  AccessKeyId: string;
  AccessKeySecret: string;
  SecurityToken: string;
  /** ISO 8601. */
  Expiration: string;
}

type Answering = (question: Question, response: ServerResponse) => void;

/**
 * Alibaba Cloud's token services on the loopback: STS, the metadata service of a machine, and any other address that
 * hands out credentials. While it runs, what this process asks of them over https and http is led here, with TLS where
 * there would be TLS, so that `@alicloud/credentials` runs as it is.
 */
export class TokenService {
  readonly questions: Question[] = [];
  readonly issued: IssuedToken[] = [];
  /** How the next questions are answered; reset to `undefined` for tokens. */
  answering: Answering | undefined;
  /** Milliseconds that its tokens are said to be valid. */
  lifetimeMs = 3_600_000;
  private readonly restore: (() => void)[] = [];
  private readonly held: ServerResponse[] = [];
  private readonly wakers: (() => void)[] = [];

  private constructor(
    private readonly secure: https.Server,
    private readonly plain: http.Server,
    private readonly onIssue: (token: IssuedToken) => void,
  ) {}

  /** @param onIssue is told of every token before it is handed out */
  static async start(onIssue: (token: IssuedToken) => void = () => undefined): Promise<TokenService> {
    const secure = https.createServer({ key: pem("key"), cert: pem("cert") });
    const service: TokenService = new TokenService(secure, http.createServer(), onIssue);
    for (const server of [service.secure, service.plain]) {
      server.on("request", (request: IncomingMessage, response: ServerResponse) => {
        void service.take(request, response);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
    }
    service.lead(https, /^sts(-vpc)?\.(.+\.)?aliyuncs\.com$/, service.secure);
    service.lead(http, /^100\.100\.100\.200$/, service.plain);
    return service;
  }

  /** Where credentials are handed out to whoever asks. */
  get url(): string {
    return `http://127.0.0.1:${portOf(this.plain)}/credentials`;
  }

  /** Leaves the questions unanswered until `release`. */
  hold(): void {
    this.answering = (_question, response) => void this.held.push(response);
  }

  /** Answers what is held, and whatever comes, with tokens. */
  release(): void {
    this.answering = undefined;
    for (const response of this.held.splice(0)) if (!response.destroyed) this.issue(response);
  }

  /** Resolves when so many questions have come. */
  async asked(count: number): Promise<void> {
    while (this.questions.length < count)
      await new Promise<void>((resolve) => this.wakers.push(() => resolve()));
  }

  async close(): Promise<void> {
    for (const restore of this.restore.splice(0)) restore();
    for (const server of [this.secure, this.plain]) {
      server.closeAllConnections();
      if (!server.listening) continue;
      server.close();
      await once(server, "close");
    }
  }

  /** Nobody listens any more; the questions still come here, and are refused. */
  goDown(): void {
    for (const server of [this.secure, this.plain]) {
      server.closeAllConnections();
      server.close();
    }
  }

  /** Hands out a token in the form that each service uses. */
  issue(response: ServerResponse): void {
    const n = this.issued.length + 1;
    const token: IssuedToken = {
      AccessKeyId: `STS.issued${n}`,
      AccessKeySecret: `SECRET-issued-${n}`,
      SecurityToken: `TOKEN-issued/${n}+==`,
      Expiration: new Date(Date.now() + this.lifetimeMs).toISOString().replace(/\.\d+Z$/, "Z"),
    };
    this.issued.push(token);
    this.onIssue(token);
    answerJson(response, 200, { Code: "Success", RequestId: "R", ...token, Credentials: token });
  }

  private lead(module: typeof http | typeof https, hosts: RegExp, to: http.Server): void {
    const original = module.request;
    const port = portOf(to);
    const lead = (options: https.RequestOptions, ...rest: []): http.ClientRequest => {
      const host = options.host ?? options.hostname ?? "";
      if (!hosts.test(host)) return original(options, ...rest);
      const headers = { ...(options.headers as object), host };
      const tls = { ca: pem("ca"), servername: "localhost" };
      return original({ ...options, ...tls, headers, host: "127.0.0.1", port }, ...rest);
    };
    module.request = lead as typeof module.request;
    this.restore.push(() => (module.request = original));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => undefined);
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const parameters = new URLSearchParams(`${query}&${body}`);
    const { method = "", headers } = request;
    const question = { host: headers.host ?? "", method, path, parameters, headers };
    this.questions.push(question);
    if (this.answering) this.answering(question, response);
    else if (path === "/latest/api/token") response.end("metadata-token");
    else if (path === "/latest/meta-data/ram/security-credentials/") response.end("machine-role\n");
    else this.issue(response);
    for (const wake of this.wakers.splice(0)) wake();
  }
}

export function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json;charset=utf-8" });
  response.end(JSON.stringify(body));
}

function portOf(server: http.Server): number {
  return (server.address() as AddressInfo).port;
}
