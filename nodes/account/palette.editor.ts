/** What people search the palette for, whatever its language. */
const searchWords = "Alibaba Cloud, Aliyun, IoT, 阿里云, 物联网, command, service, 命令, 指令, 服务";

const catalog = "@thing-service/node-red-aliyun-iot/account";

interface Palette {
  /** The published type lacks it. */
  registerCategory(category: string, description: string): void;
}

/**
 * Lets the palette find our nodes by these words, and say what their category is for.
 *
 * It finds a node by its type and by an attribute that holds its label; in Node-RED 4.1 and 5 a definition has no
 * property for other words.
 * @param description key of a text; Node-RED looks it up when it is shown
 */
export function describeInPalette(description: string): void {
  (RED.palette as unknown as Palette).registerCategory("aliyun-iot", `${catalog}:${description}`);
  // This comes after the palette itself has added the node.
  RED.events.on("registry:node-type-added", (type: string) => {
    if (!type.startsWith("aliyun-iot-")) return;
    const node = document.querySelector(`.red-ui-palette-node[data-palette-type="${type}"]`);
    const label = node?.getAttribute("data-palette-label");
    if (label && !label.includes(searchWords))
      node?.setAttribute("data-palette-label", `${label} ${searchWords}`);
  });
}
