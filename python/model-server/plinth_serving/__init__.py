"""
The model server: loads one MLflow model folder inside the model's own environment and answers predictions over a Unix socket.

It needs what every environment of an MLflow model has (mlflow, pandas, numpy) and the standard library. It knows nothing of Plinth:
who may call, where a request goes and what is kept of it is the gateway's. Requests arrive as the raw bytes that the caller sent, so
that `1001.0` stays a float and no digit is lost on the way.

frames.py    how messages travel
server.py    connections, health, the end of the process
batching.py  the queue: requests that wait are predicted together where the model allows it
requests.py  what a body means: every MLflow input form and CSV
inference.py the same for Open Inference V2
tables.py    rows against the signature, with errors that name the column
answers.py   predictions as JSON
model.py     the model: flavours, signature, input example
"""
