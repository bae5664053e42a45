"""The classroom: one page that a class opens in its browsers, and the server behind it.

`hedgerow.classroom.serve.app.application` is the whole of it as an ASGI application;
`hedgerow.classroom.serve.launch.serve` binds it to an address. Needs the extra ``serve``.
"""
