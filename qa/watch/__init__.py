"""Standing questions: asked again when articles come in or go, to tell when an answer changed."""
