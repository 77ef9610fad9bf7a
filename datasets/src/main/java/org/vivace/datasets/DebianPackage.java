package org.vivace.datasets;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Files of a Debian or Ubuntu package, downloaded and unpacked with the system's own tools, not installed; needs no
 * root.
 */
record DebianPackage(String name, String folderInside, Command command) implements Source {

    @Override
    public String title() {
        return "apt-get download " + name;
    }

    @Override
    public Path fetch(Path scratch) throws IOException {
        command.run(scratch, "apt-get", "download", name);
        Path archive;
        try (Stream<Path> files = Files.list(scratch)) {
            archive = files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow(() -> new FileNotFoundException("apt-get left no .deb file"));
        }
        command.run(scratch, "dpkg-deb", "--extract", archive.getFileName().toString(), "unpacked");
        return scratch.resolve("unpacked").resolve(folderInside);
    }
}
