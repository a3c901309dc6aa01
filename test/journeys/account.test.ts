// A person's own account: changes the password, lists the sessions, signs out and in again.
import type { Browser, Page } from "@playwright/test";
import decodeQR from "qr/decode.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { totpOf } from "../worker/stage/totp.ts";
import { launchBrowser, newVisit, picture, type Visit } from "./browser.ts";

const password = "correct horse battery";
const changed = "another horse battery";

let testStack: TestStack;
let browser: Browser;
const visits: Visit[] = [];

beforeAll(async () => {
  [testStack, browser] = await Promise.all([openTestStack(), launchBrowser()]);
});

afterEach(async () => {
  // The console logs a wrong password and an expired session as failed responses.
  const complaints = visits.flatMap((one) => one.complaints.filter((text) => !/^Failed to load resource/.test(text)));
  await Promise.all(visits.splice(0).map((one) => one.close()));
  expect(complaints, "what the app's own pages complained of").toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await testStack.close();
});

async function visit(): Promise<Visit> {
  const opened = await newVisit(browser, testStack.stack.appUrl);
  visits.push(opened);
  return opened;
}

/** Runs in the page: draws the image in a dialog at twice its size. */
const paint = `(async (svg) => {
  const painted = new Image();
  painted.src = "data:image/svg+xml," + encodeURIComponent(new XMLSerializer().serializeToString(svg));
  await painted.decode();
  const side = svg.getBoundingClientRect().width * 2;
  const context = new OffscreenCanvas(side, side).getContext("2d");
  context.drawImage(painted, 0, 0, side, side);
  return { side, values: [...context.getImageData(0, 0, side, side).data] };
})(document.querySelector("dialog [role=img], [role=dialog] [role=img]"))`;

/** Decodes a QR code from its pixels, as a camera does. */
async function scan(page: Page): Promise<string> {
  await page.getByRole("img", { name: "QR code for your authenticator app" }).waitFor();
  const { side, values }: { side: number; values: number[] } = await page.evaluate(paint);
  return decodeQR({ width: side, height: side, data: new Uint8ClampedArray(values) });
}

async function signUp(email: string): Promise<Visit> {
  const opened = await visit();
  await opened.page.goto("/sign-up");
  await opened.page.getByLabel("Email").fill(email);
  await opened.page.getByLabel("Password").fill(password);
  await opened.page.getByRole("button", { name: "Create account" }).click();
  await opened.page.getByRole("textbox", { name: "Describe an app" }).waitFor();
  return opened;
}

async function signInWith(opened: Visit, email: string, secret: string): Promise<void> {
  await opened.page.goto("/sign-in");
  await opened.page.getByLabel("Email").fill(email);
  await opened.page.getByLabel("Password").fill(secret);
  await opened.page.getByRole("button", { name: "Sign in" }).click();
}

describe("the account's security settings", () => {
  it("The security settings list both signed-in browsers, and a new password signs the other one out", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const { page } = await signUp(email);
    const other = await visit();
    await signInWith(other, email, password);
    await other.page.getByRole("textbox", { name: "Describe an app" }).waitFor();

    await page.goto("/settings/security");
    const sessions = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
    await sessions.nth(1).waitFor();
    expect(await sessions.getByText("this device").count()).toBe(1);

    await page.getByLabel("Current password").fill("not the one");
    await page.getByLabel("New password").fill(changed);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("alert").waitFor();
    await picture(page, "31-security");
    await page.getByLabel("Current password").fill(password);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("Password changed.").waitFor();
    await sessions.nth(1).waitFor({ state: "detached" });

    await other.page.goto("/settings/security");
    await other.page.getByRole("button", { name: "Sign in" }).waitFor();
    await signInWith(other, email, changed);
    await other.page.getByRole("textbox", { name: "Describe an app" }).waitFor();
  });

  it("Two-step sign-in is set up with an app, and the next sign-in asks for its code", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const { page } = await signUp(email);
    await page.goto("/settings/security");
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByLabel("Your password").fill(password);
    await page.getByRole("button", { name: "Continue" }).click();
    const key = ((await page.getByLabel("Key").textContent()) ?? "").replaceAll(/\s/g, "");
    const code = () => totpOf(`otpauth://totp/Edgesmith?secret=${key}`);
    const scanned = await scan(page);
    expect(new URL(scanned).searchParams.get("secret")).toBe(key);
    await page.getByLabel("Code from the app").fill(await code());
    await picture(page, "33-second-factor");
    await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
    await page.getByRole("heading", { name: "Your backup codes" }).waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Turn off" }).waitFor();

    const other = await visit();
    await signInWith(other, email, password);
    await other.page.getByLabel("Code").fill(await code());
    await other.page.getByRole("button", { name: "Continue" }).click();
    await other.page.getByRole("textbox", { name: "Describe an app" }).waitFor();
  });

  it("Deleting the account asks for its email address, and signing in again in time restores the account", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const opened = await signUp(email);
    const { page } = opened;
    await page.goto("/settings/security");
    await page.getByRole("button", { name: "Delete my account" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Type your email to confirm").fill("somebody@else.example");
    await dialog.getByRole("button", { name: "Delete my account" }).click();
    await dialog.getByText(`Type ${email} to confirm.`).waitFor();
    await dialog.getByLabel("Type your email to confirm").fill(email);
    await picture(page, "32-delete-account");
    await dialog.getByRole("button", { name: "Delete my account" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();

    await signInWith(opened, email, password);
    await page.getByRole("textbox", { name: "Describe an app" }).waitFor();
    await page.goto("/settings/security");
    await page.getByRole("button", { name: "Keep my account" }).click();
    await page.getByRole("button", { name: "Delete my account" }).waitFor();
    await page.goto("/");
    await page.getByRole("textbox", { name: "Describe an app" }).waitFor();
  });
});
