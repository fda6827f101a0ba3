"""Makes `models/reply_labels.json`: the classifier of replies, trained on mails of our own."""
