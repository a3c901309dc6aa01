import { expect, it } from "vitest";
import { contentTypeOf } from "../../preview/project/content-type.ts";

it("A favicon and office documents have their own media types", () => {
  expect(contentTypeOf("/favicon.ico")).toBe("image/x-icon");
  expect(contentTypeOf("/downloads/Prices.XLSX")).toBe(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  );
  expect(contentTypeOf("/letter.doc")).toBe("application/msword");
});

it("A file of an unknown type is a sequence of bytes, also where its name is one of an object's properties", () => {
  expect(contentTypeOf("/data.unknown")).toBe("application/octet-stream");
  expect(contentTypeOf("/a.constructor")).toBe("application/octet-stream");
  expect(contentTypeOf("html")).toBe("application/octet-stream");
});

it("A file of the web has its registered type", () => {
  expect(contentTypeOf("/logo.svg")).toBe("image/svg+xml");
  expect(contentTypeOf("/app.mjs")).toBe("text/javascript");
});
