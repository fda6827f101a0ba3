"""The routes, one module a noun; `api/app.py` lists the routers."""
