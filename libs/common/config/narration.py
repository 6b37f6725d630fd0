"""Who finds the words for a game's story: our own lines, the operator's, or a language model."""

from typing import Annotated, Literal

from pydantic import Field

from libs.common.config.section import Count, Positive, Section

Mode = Literal["static", "llm", "hybrid"]
"""`static`: written lines; `llm`: a model's; `hybrid`: a model's, and written ones where it fails."""


class LanguageModel(Section):
    """A server that understands OpenAI's chat completions."""

    endpoint: str = "http://localhost:11434/v1/chat/completions"
    api_key: str = ""
    """Best taken from the environment."""
    model: str = "llama3"
    system_prompt: str = ""
    """Empty: ours."""
    temperature: Annotated[float, Field(ge=0, le=10)] = 1.0
    max_tokens: Count = 600
    timeout_seconds: Positive = 10
    """For one attempt."""
    max_retries: Count = 1
    """After the first attempt."""
