"""A headless Chromium that tests drive over its own pipe, with nothing but the standard library."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The browser of this machine, None where there is none."""
_PATIENCE = 120.0


class Page:
    """A page that is driven by the DevTools protocol. told: by its console; asked: addresses that it asked for."""

    def __init__(self, out: int, into: int) -> None:
        self._out, self._into, self._buffer, self._number = out, into, b"", 0
        self._session: str | None = None
        self.told: list[str] = []
        self.asked: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{domain}.enable")

    def open(self, address: str, width: int = 1280) -> None:
        """Goes to an address, and waits until it is there."""
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=1400, deviceScaleFactor=1, mobile=False
        )
        self._call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def ask(self, script: str) -> Any:
        """What a script comes to."""
        found = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise AssertionError(f"{script}: {found['exceptionDetails']}")
        return found["result"].get("value")

    def wait(self, script: str, seconds: float = _PATIENCE) -> Any:
        """Waits until a script comes to something true. Raises AssertionError where it does not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if found := self.ask(script):
                    return found
            except AssertionError:  # the page is on its way
                pass
            time.sleep(0.05)
        raise AssertionError(f"never: {script}; the console said {self.told}")

    def click(self, selector: str) -> None:
        """Clicks in the middle of an element, as a mouse does."""
        self.ask(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        box = self.ask(
            f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def press(self, key: str, code: int, times: int = 1) -> None:
        """Presses a key on the element that has the focus."""
        for _ in range(times):
            for kind in ("rawKeyDown", "keyUp"):
                self._call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code)

    def downloads_to(self, folder: Path) -> None:
        """Where files are saved."""
        session, self._session = self._session, None
        self._call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
        self._session = session

    def picture(self, file: Path) -> None:
        """The page as PNG."""
        found = self._call("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(found["data"]))

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        number = self._number
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        while True:
            said = self._read()
            if said.get("id") == number:
                if "error" in said:
                    raise AssertionError(f"{method}: {said['error']}")
                return said["result"]
            self._note(said)

    def _note(self, said: dict[str, Any]) -> None:
        method, of = said.get("method"), said.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.told.append(str(of["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.told.append(str(of["entry"].get("text")))
        elif method == "Network.requestWillBeSent":
            self.asked.append(of["request"]["url"])

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            piece = os.read(self._into, 1 << 16)
            if not piece:
                raise AssertionError("the browser has ended")
            self._buffer += piece
        text, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(text)


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """A page of a browser of its own, with its files in a folder."""
    assert BROWSER
    (in_child, out), (into, out_child) = os.pipe(), os.pipe()

    def as_three_and_four() -> None:
        first, second = os.dup(in_child), os.dup(out_child)
        os.dup2(first, 3)
        os.dup2(second, 4)

    arguments = [
        BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
        f"--user-data-dir={folder / 'profile'}",
    ]  # fmt: skip
    process = subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False,
        preexec_fn=as_three_and_four,
    )  # fmt: skip
    os.close(in_child)
    os.close(out_child)
    try:
        yield Page(out, into)
    finally:
        os.close(out)
        os.close(into)
        process.terminate()
        process.wait()
