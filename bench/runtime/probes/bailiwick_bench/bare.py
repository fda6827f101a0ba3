"""The floor: the same nine nodes called one after another behind a bare FastAPI handler.

No key, no law, no row: what HTTP, JSON and the nodes themselves cost.
"""

import sys

import uvicorn
from fastapi import FastAPI, Request
from langgraph.runtime import Runtime
from starlette.responses import JSONResponse, Response

from bailiwick_bench.told import NODES_COUNT, Nothing, Told, learn

app = FastAPI()
_RUNTIME: Runtime[Nothing] = Runtime(context={})


@app.post("/runs/wait")
async def wait(request: Request) -> Response:
    """Call the nodes."""
    body = await request.json()
    state: Told = body["input"]
    for _ in range(NODES_COUNT):
        state = {**state, **await learn(state, _RUNTIME)}
    return JSONResponse(state)


if __name__ == "__main__":
    uvicorn.run(
        app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", loop="uvloop",
        http="httptools", access_log=False,
    )  # fmt: skip
