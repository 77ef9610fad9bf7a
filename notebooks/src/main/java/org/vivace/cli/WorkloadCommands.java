package org.vivace.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.vivace.bench.NamedWorkloads;
import org.vivace.bench.Workload;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The commands that are about a workload: each has a command of its own below it for every workload that has a name, and
 * for the class of a user's own that the command line names, with the workload's sizes as its options.
 */
final class WorkloadCommands {

    /** A command, and what makes the one below it for a workload. */
    private static final Map<String, Function<SizeOptions, Callable<Integer>>> COMMANDS = Map.of(
            "bench", BenchWorkloadCommand::new,
            "profile", ProfileWorkloadCommand::new,
            "tune", TuneWorkloadCommand::new,
            "estimate", EstimateWorkloadCommand::new);

    private WorkloadCommands() {}

    /** To the whole command line, for the workloads that are services; without those that are there already. */
    static void addServices(CommandLine vivace) {
        for (Workload workload : NamedWorkloads.services().values()) {
            for (String command : COMMANDS.keySet()) {
                if (!vivace.getSubcommands().get(command).getSubcommands().containsKey(workload.name())) {
                    add(vivace, command, workload.name(), workload);
                }
            }
        }
    }

    /**
     * For the class that the arguments name in the workload's place, where they do.
     *
     * @throws ParameterException where there is no such class, or it is no workload
     */
    static void addNamed(CommandLine vivace, String... arguments) {
        if (arguments.length < 2 || !COMMANDS.containsKey(arguments[0])) {
            return;
        }
        CommandLine command = vivace.getSubcommands().get(arguments[0]);
        String name = arguments[1];
        // A class without a package is told from a mistyped name by its capital.
        boolean isClass = name.matches("\\p{Lu}[\\w$]*|[\\p{L}_$][\\w$]*(\\.[\\w$]+)+");
        if (!isClass || command.getSubcommands().containsKey(name)) {
            return;
        }
        try {
            add(vivace, arguments[0], name, Workload.named(name));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }

    private static void add(CommandLine vivace, String command, String name, Workload workload) {
        SizeOptions sizes = new SizeOptions(workload);
        CommandSpec spec = CommandSpec.forAnnotatedObject(COMMANDS.get(command).apply(sizes));
        sizes.addTo(spec);
        vivace.getSubcommands().get(command).addSubcommand(name, spec);
    }

    /** What a command says that was given no workload. */
    static ParameterException none(CommandSpec spec) {
        return new ParameterException(
                spec.commandLine(),
                "expected a workload, one of "
                        + String.join(", ", spec.subcommands().keySet()) + ", or a class of your own, got none");
    }

    /** The names of the workloads that are services. */
    static List<String> names() {
        return List.copyOf(NamedWorkloads.services().keySet());
    }
}
