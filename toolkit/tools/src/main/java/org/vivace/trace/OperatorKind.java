package org.vivace.trace;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an operator's work is made of, which decides how its FLOPs and bytes are counted. */
public enum OperatorKind {
    MATRIX_PRODUCT,
    CONVOLUTION,
    ATTENTION,
    /** One operation or a few on each element: sums, activations, norms, softmax, reductions, updates. */
    ELEMENTWISE,
    /** Moves or fills memory and computes nothing. */
    COPY,
    /** Touches no element itself: views, allocations, and copies that are made only where they are needed. */
    VIEW,
    /** A call that only makes others, or an operator that no rule here knows. */
    OTHER;

    private static final Map<String, OperatorKind> KINDS = Stream.of(
                    names(
                            MATRIX_PRODUCT,
                            "mm addmm bmm baddbmm mv addmv dot addbmm mkldnn_rnn_layer mkldnn_rnn_layer_backward"),
                    names(
                            CONVOLUTION,
                            "convolution convolution_overrideable convolution_backward convolution_backward_overrideable"),
                    names(
                            ATTENTION,
                            "_scaled_dot_product_flash_attention_for_cpu"
                                    + " _scaled_dot_product_flash_attention_for_cpu_backward"
                                    + " _scaled_dot_product_flash_attention _scaled_dot_product_flash_attention_backward"
                                    + " _scaled_dot_product_efficient_attention"
                                    + " _scaled_dot_product_efficient_attention_backward"
                                    + " _scaled_dot_product_cudnn_attention _scaled_dot_product_cudnn_attention_backward"),
                    names(
                            ELEMENTWISE,
                            "add sub rsub mul div neg abs sign square sqrt rsqrt reciprocal pow exp exp2 expm1 log log2"
                                    + " log1p sin cos tan tanh sigmoid erf erfc erfinv clamp clamp_min clamp_max maximum"
                                    + " minimum fmod remainder floor ceil round trunc lerp addcmul addcdiv where"
                                    + " masked_fill relu relu6 leaky_relu elu selu celu gelu silu mish softplus hardswish"
                                    + " hardsigmoid hardtanh threshold prelu _prelu_kernel threshold_backward"
                                    + " gelu_backward silu_backward mish_backward tanh_backward sigmoid_backward"
                                    + " leaky_relu_backward elu_backward softplus_backward hardswish_backward"
                                    + " hardtanh_backward eq ne lt le gt ge logical_and logical_or logical_not"
                                    + " logical_xor isnan isinf bitwise_and bitwise_or bitwise_not bernoulli"
                                    + " native_dropout native_dropout_backward sum mean prod amax amin max min argmax"
                                    + " argmin norm linalg_vector_norm var std cumsum cumprod count_nonzero any all"
                                    + " _softmax _log_softmax _softmax_backward_data _log_softmax_backward_data"
                                    + " logsumexp nll_loss_forward nll_loss_backward native_layer_norm"
                                    + " native_layer_norm_backward native_batch_norm native_batch_norm_backward"
                                    + " cudnn_batch_norm cudnn_batch_norm_backward native_group_norm"
                                    + " native_group_norm_backward avg_pool2d avg_pool2d_backward"
                                    + " _adaptive_avg_pool2d _adaptive_avg_pool2d_backward max_pool2d_with_indices"
                                    + " max_pool2d_with_indices_backward mkldnn_max_pool2d adaptive_max_pool2d"
                                    + " adaptive_max_pool2d_backward mse_loss mse_loss_backward"
                                    + " binary_cross_entropy binary_cross_entropy_backward smooth_l1_loss"
                                    + " smooth_l1_loss_backward embedding_dense_backward scatter_add index_add"
                                    + " _index_put_impl"),
                    names(
                            COPY,
                            "copy clone _to_copy cat stack _cat index index_select gather gather_backward"
                                    + " slice_backward select_backward index_put fill zero zeros zeros_like ones ones_like"
                                    + " full full_like new_zeros new_ones new_full arange randn rand normal uniform"
                                    + " triu tril scatter repeat roll flip constant_pad_nd embedding sort topk"),
                    names(
                            VIEW,
                            "to reshape contiguous dropout feature_dropout type_as view _unsafe_view reshape_as view_as _reshape_alias as_strided transpose t permute swapaxes"
                                    + " expand expand_as slice select narrow split split_with_sizes chunk unbind unsqueeze"
                                    + " squeeze alias detach unfold empty empty_like empty_strided new_empty"
                                    + " new_empty_strided resize resize_as set flatten resolve_conj resolve_neg"
                                    + " _has_compatible_shallow_copy_type requires_grad is_leaf item _local_scalar_dense lift_fresh"))
            .flatMap(each -> each.entrySet().stream())
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private static final Set<String> IN_PLACE_NOT_UPDATES =
            Set.of("aten::as_strided_", "aten::resize_", "aten::copy_", "aten::requires_grad_");

    private static final Pattern UPDATE = Pattern.compile("aten::(_fused_\\w+_|_foreach_\\w+_|\\w*[a-z0-9]_)");

    private static Map<String, OperatorKind> names(OperatorKind kind, String names) {
        return List.of(names.split(" ", -1)).stream().collect(Collectors.toMap(name -> name, name -> kind));
    }

    /** The kind of an ATen operator, {@code aten::mul_} and {@code aten::mul} alike. */
    public static OperatorKind of(String name) {
        if (!name.startsWith("aten::")) {
            return OTHER;
        }
        String plain = name.substring("aten::".length());
        OperatorKind kind = KINDS.get(plain);
        boolean inPlace = kind == null && plain.endsWith("_");
        return inPlace
                ? KINDS.getOrDefault(plain.substring(0, plain.length() - 1), OTHER)
                : kind == null ? OTHER : kind;
    }

    /**
     * Whether it changes an array that was there before, as optimizers do and losses and evaluators do not; a function
     * of TorchScript does what it calls.
     */
    static boolean updates(TracedCall call) {
        if (isScript(call)) {
            return call.children.stream().anyMatch(OperatorKind::updates);
        }
        return UPDATE.matcher(call.name()).matches() && !IN_PLACE_NOT_UPDATES.contains(call.name());
    }

    /** Functions of TorchScript have plain names, operators and autograd's nodes have not. */
    static boolean isScript(TracedCall call) {
        return !call.name().contains("::") && !call.name().contains("Backward");
    }

    /** Whether it works on lists of arrays, whose shapes a trace does not contain. */
    static boolean ofLists(String name) {
        return name.startsWith("aten::_fused_") || name.startsWith("aten::_foreach_");
    }
}
