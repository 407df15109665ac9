"""Serves the Pocket model by llama.cpp: `serve.py MODEL_FOLDER PORT KEY`. Runs in an environment of its own.

The model's folder is written as a GGUF file first; the tokenizer is Qwen2's in kind. Tags of the dialect are text that
is one token, so that the server shows them.
"""

import json
import sys
import tempfile
import threading
from pathlib import Path

import gguf
import xllamacpp
from safetensors.numpy import load_file

HIDDEN = ("<pad>", "<end>")


def convert(folder: Path, out: Path) -> None:
    """A Qwen2 model in float32."""
    config = json.loads((folder / "config.json").read_text())
    arch = gguf.MODEL_ARCH.QWEN2
    writer = gguf.GGUFWriter(str(out), gguf.MODEL_ARCH_NAMES[arch])
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    vocabulary(folder, writer)
    names = gguf.get_tensor_name_map(arch, config["num_hidden_layers"])
    for name, data in load_file(folder / "model.safetensors").items():
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight", ".bias")), data)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def vocabulary(folder: Path, writer: gguf.GGUFWriter) -> None:
    known = json.loads((folder / "tokenizer.json").read_text())
    added = {token["content"]: token["id"] for token in known["added_tokens"]}
    ids = known["model"]["vocab"] | added
    tokens = sorted(ids, key=ids.__getitem__)
    kind = gguf.TokenType
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(
        [kind.CONTROL if t in HIDDEN else kind.USER_DEFINED if t in added else kind.NORMAL for t in tokens]
    )
    writer.add_token_merges([" ".join(pair) for pair in known["model"]["merges"]])
    writer.add_eos_token_id(ids["<end>"])
    writer.add_pad_token_id(ids["<pad>"])
    writer.add_add_bos_token(False)
    writer.add_chat_template((folder / "chat_template.jinja").read_text())


def main() -> None:
    folder, port, key = sys.argv[1:]
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "pocket.gguf"
        convert(Path(folder), file)
        params = xllamacpp.CommonParams()
        params.model.path = str(file)
        params.model_alias = ["base"]
        params.hostnames = ["127.0.0.1"]
        params.port, params.api_keys = int(port), [key]
        params.n_ctx, params.n_parallel, params.n_gpu_layers = 8192, 4, 0
        params.cpuparams.n_threads = 1
        params.use_jinja = params.endpoint_metrics = True
        _server = xllamacpp.Server(params)  # serves until it is collected
        threading.Event().wait()


if __name__ == "__main__":
    main()
