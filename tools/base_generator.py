"""`base_generator`: asks the tools' language model, for what needs no source and no calculation."""

from pydantic import Field

from tools.base import Tool, ToolContext, ToolInput, ToolResult


class BaseGeneratorInput(ToolInput):
    query: str = Field(min_length=1, max_length=20_000, description="The complete question or task, in plain words.")


class BaseGenerator(Tool[BaseGeneratorInput]):
    name = "base_generator"
    description = "A language model that answers directly: explaining, rewording, summarising, reasoning, small talk."
    input_model = BaseGeneratorInput
    main_field = "query"
    limitations = "Knows nothing new and may be wrong about facts and numbers; it does not see the memory."
    best_practice = "Put all that it needs into the query. Prefer another tool for facts and for calculations."
    examples = ({"query": "Explain in two sentences why the sky is blue."},)

    async def run(self, arguments: BaseGeneratorInput, context: ToolContext) -> ToolResult:
        """The model's reply, without surrounding white space."""
        reply = (await context.ask(arguments.query)).strip()
        return ToolResult(text=reply) if reply else ToolResult.failed("the model gave an empty reply; ask differently")
