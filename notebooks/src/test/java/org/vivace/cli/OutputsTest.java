package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class OutputsTest {

    /** Paths that are read, or folders of sources. */
    private static final List<String> INPUTS = List.of("--data", "--plain-from", "--root");

    @TempDir
    private Path folder;

    private static void collect(CommandLine line, List<CommandLine> all) {
        if (line.getSubcommands().isEmpty()) {
            all.add(line);
        }
        line.getSubcommands().values().forEach(each -> collect(each, all));
    }

    private static List<CommandLine> commands() {
        List<CommandLine> all = new ArrayList<>();
        collect(Vivace.commandLine(), all);
        return all;
    }

    @Test
    void noOptionNamesSomethingToWriteButThoseThatAreLookedAt() {
        assertThat(commands().stream()
                        .flatMap(each -> each.getCommandSpec().options().stream())
                        .filter(option -> option.type() == Path.class)
                        .map(OptionSpec::longestName)
                        .distinct())
                .contains(Outputs.FILE, Outputs.FOLDER)
                .isSubsetOf(Stream.concat(INPUTS.stream(), Stream.of(Outputs.FILE, Outputs.FOLDER))
                        .toList());
    }

    /** Each command is given what it cannot write and says so before it does anything else. */
    @TestFactory
    Stream<DynamicTest> whatCannotBeWrittenIsSaidFirst() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        List<DynamicTest> tests = new ArrayList<>();
        for (CommandLine command : commands()) {
            for (String name : List.of(Outputs.FILE, Outputs.FOLDER)) {
                OptionSpec option = command.getCommandSpec().findOption(name);
                if (option == null) {
                    continue;
                }
                String path = command.getCommandSpec().qualifiedName(" ");
                tests.add(DynamicTest.dynamicTest(path + " " + name, () -> {
                    Path within = file.resolve("result");
                    List<String> words = new ArrayList<>(
                            List.of(path.substring("vivace ".length()).split(" ")));
                    command.getCommandSpec().positionalParameters().stream()
                            .filter(each -> each.arity().min() > 0)
                            .forEach(each -> words.add("anything"));
                    words.add(name + "=" + within);
                    CommandRun run = CommandRun.of(words.toArray(String[]::new));
                    assertThat(run.err())
                            .startsWith("vivace: " + within)
                            .contains(" must be writable, got no folder to write to in " + file)
                            .hasLineCount(1);
                    assertThat(run.code()).isEqualTo(1);
                }));
            }
        }
        assertThat(tests).hasSizeGreaterThan(20);
        return tests.stream();
    }
}
