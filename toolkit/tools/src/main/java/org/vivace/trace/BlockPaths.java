package org.vivace.trace;

/** Paths of blocks, child names joined by slashes; empty outside of every block. */
final class BlockPaths {

    private BlockPaths() {}

    /** A path that begins with the root's class, from below the root; the root itself keeps its name. */
    static String inModel(String path) {
        return path.substring(path.indexOf('/') + 1);
    }

    /** The innermost block that holds both. */
    static String common(String one, String other) {
        String[] left = one.split("/", -1);
        String[] right = other.split("/", -1);
        int same = 0;
        while (same < Math.min(left.length, right.length) && left[same].equals(right[same])) {
            same++;
        }
        return String.join("/", java.util.Arrays.copyOf(left, same));
    }

    /**
     * Fills the gaps, which are null: with the block of both neighbours, or with the innermost one that holds both. At an
     * end there is one neighbour, which decides nothing: the gap gets no block.
     *
     * @return how many gaps had neighbours of one block
     */
    static int fill(String[] blocks) {
        int sure = 0;
        int before = -1;
        for (int i = 0; i < blocks.length; i++) {
            if (blocks[i] != null) {
                before = i;
                continue;
            }
            int after = i;
            while (after < blocks.length && blocks[after] == null) {
                after++;
            }
            String left = before < 0 ? null : blocks[before];
            String right = after < blocks.length ? blocks[after] : null;
            boolean same = left != null && left.equals(right);
            String filled = left == null || right == null ? "" : common(left, right);
            for (; i < after; i++) {
                blocks[i] = filled;
                sure += same ? 1 : 0;
            }
            i = after - 1;
            before = i;
        }
        return sure;
    }
}
