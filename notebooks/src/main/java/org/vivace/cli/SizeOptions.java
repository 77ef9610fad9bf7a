package org.vivace.cli;

import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vivace.bench.Described;
import org.vivace.bench.Workload;
import org.vivace.bench.WorkloadSizes;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The sizes of a workload as options of a command. */
final class SizeOptions {

    private final Workload byDefault;
    private final Map<String, OptionSpec> options = new LinkedHashMap<>();

    SizeOptions(Workload byDefault) {
        this.byDefault = byDefault;
    }

    String name() {
        return byDefault.name();
    }

    /** Adds them to the command, in the order of the workload's components, and the option for the class path. */
    void addTo(CommandSpec command) {
        command.addOption(ClassPathOption.spec());
        for (WorkloadSizes.Size size : WorkloadSizes.of(byDefault)) {
            String byDefault = size.described()
                    .map(Described::byDefault)
                    .filter(text -> !text.isEmpty())
                    .orElse(String.valueOf(size.value()));
            String sentence = size.described().map(Described::value).orElse("The workload's " + size.name() + ".");
            String text = sentence.substring(0, sentence.length() - 1) + " (default: " + byDefault + ").";
            OptionSpec option = OptionSpec.builder(size.option())
                    .type(size.type())
                    .arity("1")
                    .paramLabel(size.described().map(Described::label).orElse("X"))
                    .description(text.replace("%", "%%"))
                    .build();
            options.put(size.name(), option);
            command.addOption(option);
        }
    }

    /**
     * The workload at the sizes of the command line, with its data read.
     *
     * @throws ParameterException if it refuses a size, or there are not enough data
     * @throws IllegalStateException if its data are not on this machine
     * @throws UncheckedIOException if they cannot be read
     */
    Workload workload(CommandSpec command) {
        Map<String, Object> given = new LinkedHashMap<>();
        options.forEach((name, option) -> {
            if (command.commandLine().getParseResult().hasMatchedOption(option)) {
                given.put(name, option.getValue());
            }
        });
        try {
            Workload workload = given.isEmpty() ? byDefault : WorkloadSizes.with(byDefault, given);
            workload.train();
            workload.validation();
            return workload;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
