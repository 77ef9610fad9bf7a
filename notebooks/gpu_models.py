"""The models of gpu-check.py: the arithmetic of org.vivace.models.Gpt and org.vivace.models.ResNet9, layer by layer."""

import torch
from torch import nn
from torch.nn import functional

BYTES = 256
COLORS, SIDE, CLASSES = 3, 32, 10


class Layer(nn.Module):
    """Like DecoderLayer; its parameters, like those of Gpt, are in the order of the Java model's."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)
        self.feed_forward_norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def attend(self, x):
        batch, length, width = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in self.qkv(x).split(width, 2)
        )
        mixed = causal_attention(q, k, v)
        return self.projection(mixed.transpose(1, 2).reshape(batch, length, width))

    def forward(self, x):
        x = x + self.attend(self.attention_norm(x))
        return x + self.down(functional.gelu(self.up(self.feed_forward_norm(x))))


def causal_attention(q, k, v):
    if hasattr(functional, "scaled_dot_product_attention"):
        return functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    length = q.shape[2]
    future = torch.ones(length, length, dtype=torch.bool, device=q.device).triu(1)
    weights = (q @ k.transpose(-2, -1)) * q.shape[3] ** -0.5
    return weights.masked_fill(future, float("-inf")).softmax(-1).to(v.dtype) @ v


class Gpt(nn.Module):
    def __init__(self, width, layers, heads, context):
        super().__init__()
        self.tokens = nn.Embedding(BYTES, width)
        self.positions = nn.Parameter(torch.empty(context, width))
        self.layers = nn.ModuleList(Layer(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, BYTES, bias=False)
        for name, parameter in self.named_parameters():
            residual = name.endswith(("projection.weight", "down.weight"))
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02 / ((2 * layers) ** 0.5 if residual else 1))
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def in_java_order(self):
        first = [self.tokens.weight, self.positions]
        return first + [p for part in (self.layers, self.norm, self.head) for p in part.parameters()]

    def forward(self, ids):
        x = self.tokens(ids) + self.positions[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x)
        return self.head(self.norm(x))


def convolution(inputs, channels):
    return nn.Sequential(
        nn.Conv2d(inputs, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels), nn.ReLU()
    )


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.branch = nn.Sequential(convolution(channels, channels), convolution(channels, channels))

    def forward(self, x):
        return x + self.branch(x)


class ResNet9(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.chain = nn.Sequential(
            convolution(COLORS, c),
            convolution(c, 2 * c),
            nn.MaxPool2d(2),
            Residual(2 * c),
            convolution(2 * c, 4 * c),
            nn.MaxPool2d(2),
            convolution(4 * c, 8 * c),
            nn.MaxPool2d(2),
            Residual(8 * c),
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
            nn.Linear(8 * c, CLASSES, bias=False),
        )
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.kaiming_normal_(parameter)

    def in_java_order(self):
        return list(self.parameters())

    def forward(self, images):
        return self.chain(images) * 0.125
