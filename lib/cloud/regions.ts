import { invalidInput } from "../base/failure";
import { isRegionId } from "../base/identifiers";
import { isLoopback } from "../base/loopback";

/**
 * Regions where the platform is offered (docs/protocol.md, 3). Any other id may be typed as well. A test compares
 * the dialog with them.
 */
export const regionIds = [
  "cn-shanghai",
  "cn-beijing",
  "cn-shenzhen",
  "ap-southeast-1",
  "ap-northeast-1",
  "us-west-1",
  "us-east-1",
  "eu-central-1",
] as const;

/**
 * The API endpoint of an account: the one that is set, else the region's.
 * @throws {Failure} `invalid-input` unless the text is an https URL, or an http URL of this machine
 */
export function endpointOf(regionId: string, endpoint: string): URL {
  const typed = endpoint.trim();
  if (typed === "") return regionEndpoint(regionId.trim());
  const url = parse(typed);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw invalidInput({ key: "errors.endpoint-not-url", params: { came: typed.slice(0, 100) } });
  }
  if (url.username || url.password || url.search || url.hash || url.pathname !== "/") {
    throw invalidInput({ key: "errors.endpoint-extras", params: { host: url.host } });
  }
  if (url.protocol === "http:" && !isLoopback(url)) {
    throw invalidInput({ key: "errors.endpoint-insecure", params: { host: url.host } });
  }
  return url;
}

/** Whether a text that somebody typed names an endpoint that `endpointOf` takes. */
export function isEndpoint(text: string): boolean {
  try {
    return text.trim() !== "" && endpointOf("", text) instanceof URL;
  } catch {
    return false;
  }
}

function regionEndpoint(regionId: string): URL {
  if (!isRegionId(regionId)) {
    throw invalidInput({ key: "errors.region", params: { came: regionId.slice(0, 100) } });
  }
  return new URL(`https://iot.${regionId}.aliyuncs.com`);
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
