import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { chooseLanguage, fromServer, t } from "../../../demo/inspector/words.js";

afterEach(() => chooseLanguage(["en"]));

test("what the server says is translated sentence by sentence, with its values", () => {
  chooseLanguage(["zh-CN"]);
  assert.equal(fromServer("Stopped by hand. Resume it to go on from here."), "已手动停止。 继续即可从这里接着进行。");
  assert.equal(fromServer("30 turns cannot be given: choose 1 to 20."), "不能给 30 轮：请选 1 到 20。");
  assert.equal(fromServer("Nobody knows this. Train again."), "Nobody knows this. 请重新训练。");
  assert.equal(fromServer("cannot reach http://a.b/v1 (refused): start the server or check the URL. Train again."), "无法连接 http://a.b/v1 (refused)：请启动服务器，或检查 URL。 请重新训练。");
  assert.equal(fromServer("unknown dtype 'x': use auto, float32"), "未知的 dtype 'x'：请用 auto、float32");
  assert.equal(fromServer(undefined), "");
});

test("a reader of English gets the server's own words", () => {
  chooseLanguage(["en-GB", "zh"]);
  assert.equal(fromServer("Stopped by hand."), "Stopped by hand.");
});

test("a view brings a dictionary of its own", () => {
  chooseLanguage(["zh"], { zh: { "Only here": "只在这里" } });
  assert.equal(t("Only here"), "只在这里");
  assert.equal(t("Stop"), "停止");
});
