package org.vivace.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.bench.LocalMachine;
import org.vivace.measure.Machine;
import org.vivace.torch.NativeCheck;
import picocli.CommandLine.Command;

@Command(name = "doctor", description = "What this machine offers for training, with advice for each property.")
final class DoctorCommand extends ListingCommand {

    @Override
    Map<String, Object> list(PrintWriter out) {
        Map<String, Object> all = new LinkedHashMap<>();
        NativeCheck libraries = NativeCheck.ofThisProcess();
        List<Findings.Finding> findings;
        if (libraries.obstacle().isPresent()) {
            findings = Findings.withoutLibtorch(libraries);
        } else {
            Machine machine = LocalMachine.machine();
            all.put("machine", machine);
            findings = Findings.of(machine, LocalMachine.device(), libraries);
        }
        all.put("findings", findings);
        for (Findings.Finding finding : findings) {
            out.printf("%-11s %s%n", finding.name(), finding.found());
            out.printf("%-11s -> %s%n", "", finding.advice());
        }
        return all;
    }
}
