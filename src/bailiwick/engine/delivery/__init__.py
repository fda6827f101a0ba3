"""The only sender: claims an effect, passes the gate, settles what became of it."""
