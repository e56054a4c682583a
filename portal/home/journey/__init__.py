"""The whole path over HTTP alone: a small browser, and the steps that three people take with it."""
