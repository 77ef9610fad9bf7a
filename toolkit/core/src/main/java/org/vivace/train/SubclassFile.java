package org.vivace.train;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The class file of a subclass whose methods do what {@link java.lang.reflect.Proxy}'s do: they pass their arguments to
 * the {@link InvocationHandler} in the field {@value #HANDLER}, together with their own entry of the static field
 * {@value #METHODS}. Proxies implement interfaces only; this is for a field that requires a class.
 *
 * <p>It has no constructor. See the Java Virtual Machine Specification, chapters 4 and 6, for the numbers.
 */
final class SubclassFile {

    static final String HANDLER = "handler";
    static final String METHODS = "methods";

    private static final int JAVA_8 = 52;
    // Handler, receiver, method, the arguments' array, that again, an index and an argument of two words.
    private static final int STACK = 8;

    /** Of a primitive type: its wrapper, the method that unwraps, and the instructions that load and return it. */
    private record Primitive(Class<?> type, Class<?> wrapper, int load, int leave) {}

    private static final List<Primitive> PRIMITIVES = List.of(
            new Primitive(boolean.class, Boolean.class, 0x15, 0xac),
            new Primitive(byte.class, Byte.class, 0x15, 0xac),
            new Primitive(char.class, Character.class, 0x15, 0xac),
            new Primitive(short.class, Short.class, 0x15, 0xac),
            new Primitive(int.class, Integer.class, 0x15, 0xac),
            new Primitive(long.class, Long.class, 0x16, 0xad),
            new Primitive(float.class, Float.class, 0x17, 0xae),
            new Primitive(double.class, Double.class, 0x18, 0xaf));

    private final Class<?> parent;
    private final String name;
    private final Map<String, Integer> indices = new HashMap<>();
    private final ByteArrayOutputStream poolBytes = new ByteArrayOutputStream();
    private final DataOutputStream pool = new DataOutputStream(poolBytes);

    private SubclassFile(Class<?> parent, String name) {
        this.parent = parent;
        this.name = name.replace('.', '/');
    }

    /**
     * @param name of the subclass, in the package of {@code parent}
     * @param methods methods of {@code parent} that a class of the same package may override; at most 32767
     */
    static byte[] of(Class<?> parent, String name, List<Method> methods) {
        try {
            return new SubclassFile(parent, name).bytes(methods);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] bytes(List<Method> methods) throws IOException {
        ByteArrayOutputStream bodyBytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bodyBytes);
        body.writeShort(Modifier.PUBLIC | 0x20); // what every class has had since Java 1.1
        body.writeShort(type(name));
        body.writeShort(type(internal(parent)));
        body.writeShort(0); // interfaces
        body.writeShort(2);
        field(body, Modifier.PUBLIC, HANDLER, InvocationHandler.class);
        field(body, Modifier.PUBLIC | Modifier.STATIC, METHODS, Method[].class);
        body.writeShort(methods.size());
        for (int i = 0; i < methods.size(); i++) {
            method(body, methods.get(i), i);
        }
        body.writeShort(0); // attributes
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(file);
        out.writeInt(0xcafebabe);
        out.writeInt(JAVA_8);
        out.writeShort(indices.size() + 1);
        poolBytes.writeTo(out);
        bodyBytes.writeTo(out);
        return file.toByteArray();
    }

    private void field(DataOutputStream out, int modifiers, String fieldName, Class<?> type) throws IOException {
        out.writeShort(modifiers);
        out.writeShort(text(fieldName));
        out.writeShort(text(type.descriptorString()));
        out.writeShort(0); // attributes
    }

    private void method(DataOutputStream out, Method method, int number) throws IOException {
        out.writeShort(method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED));
        out.writeShort(text(method.getName()));
        out.writeShort(text(descriptor(method)));
        out.writeShort(1);
        ByteArrayOutputStream codeBytes = new ByteArrayOutputStream();
        int locals = code(new DataOutputStream(codeBytes), method, number);
        out.writeShort(text("Code"));
        out.writeInt(12 + codeBytes.size());
        out.writeShort(STACK);
        out.writeShort(locals);
        out.writeInt(codeBytes.size());
        codeBytes.writeTo(out);
        out.writeShort(0); // exceptions caught
        out.writeShort(0); // attributes
    }

    /** @return how many words the method's variables take */
    private int code(DataOutputStream out, Method method, int number) throws IOException {
        Class<?>[] parameters = method.getParameterTypes();
        instruction(out, 0x19, 0); // aload
        reference(out, 0xb4, 9, name, HANDLER, InvocationHandler.class.descriptorString()); // getfield
        instruction(out, 0x19, 0);
        reference(out, 0xb2, 9, name, METHODS, Method[].class.descriptorString()); // getstatic
        number(out, number);
        out.writeByte(0x32); // aaload
        number(out, parameters.length);
        out.writeByte(0xbd); // anewarray
        out.writeShort(type("java/lang/Object"));
        int local = 1;
        for (int i = 0; i < parameters.length; i++) {
            out.writeByte(0x59); // dup
            number(out, i);
            Optional<Primitive> primitive = primitive(parameters[i]);
            instruction(out, primitive.map(Primitive::load).orElse(0x19), local);
            if (primitive.isPresent()) {
                Class<?> wrapper = primitive.get().wrapper();
                MethodType boxing = MethodType.methodType(wrapper, parameters[i]);
                reference(out, 0xb8, 10, internal(wrapper), "valueOf", boxing.descriptorString()); // static
            }
            out.writeByte(0x53); // aastore
            local += parameters[i] == long.class || parameters[i] == double.class ? 2 : 1;
        }
        MethodType invoke = MethodType.methodType(Object.class, Object.class, Method.class, Object[].class);
        reference(out, 0xb9, 11, internal(InvocationHandler.class), "invoke", invoke.descriptorString()); // interface
        out.writeShort(4 << 8); // the number of words that it takes, and a zero
        leave(out, method.getReturnType());
        return local;
    }

    private void leave(DataOutputStream out, Class<?> type) throws IOException {
        if (type == void.class) {
            out.writeByte(0x57); // pop
            out.writeByte(0xb1); // return
            return;
        }
        Optional<Primitive> primitive = primitive(type);
        String object = internal(primitive.<Class<?>>map(Primitive::wrapper).orElse(type));
        out.writeByte(0xc0); // checkcast
        out.writeShort(type(object));
        if (primitive.isPresent()) {
            String unwrap = type.getName() + "Value";
            reference(out, 0xb6, 10, object, unwrap, "()" + type.descriptorString()); // virtual
        }
        out.writeByte(primitive.map(Primitive::leave).orElse(0xb0));
    }

    private static void instruction(DataOutputStream out, int code, int operand) throws IOException {
        out.writeByte(code);
        out.writeByte(operand);
    }

    private static void number(DataOutputStream out, int value) throws IOException {
        out.writeByte(0x11); // sipush
        out.writeShort(value);
    }

    private void reference(DataOutputStream out, int code, int kind, String owner, String member, String descriptor)
            throws IOException {
        String pair = member + ":" + descriptor;
        int ownerAt = type(owner);
        int memberAt = text(member);
        int descriptorAt = text(descriptor);
        int pairAt = constant("pair " + pair, 12, memberAt, descriptorAt);
        out.writeByte(code);
        out.writeShort(constant(kind + " " + owner + "." + pair, kind, ownerAt, pairAt));
    }

    private int type(String internalName) throws IOException {
        return constant("type " + internalName, 7, text(internalName));
    }

    private int text(String text) throws IOException {
        Integer known = indices.get("text " + text);
        if (known != null) {
            return known;
        }
        pool.writeByte(1);
        pool.writeUTF(text);
        return added("text " + text);
    }

    private int constant(String key, int kind, int... parts) throws IOException {
        Integer known = indices.get(key);
        if (known != null) {
            return known;
        }
        pool.writeByte(kind);
        for (int part : parts) {
            pool.writeShort(part);
        }
        return added(key);
    }

    private int added(String key) {
        indices.put(key, indices.size() + 1);
        return indices.size();
    }

    private static Optional<Primitive> primitive(Class<?> type) {
        return PRIMITIVES.stream().filter(each -> each.type() == type).findFirst();
    }

    private static String descriptor(Method method) {
        return MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .descriptorString();
    }

    private static String internal(Class<?> type) {
        return type.isArray() ? type.descriptorString() : type.getName().replace('.', '/');
    }
}
