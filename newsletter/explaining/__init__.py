"""Why a reader got what she got, by the rules of composing, asked paper by paper."""
