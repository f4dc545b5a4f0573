package dev.caisson.publish.aws;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.AmiSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ssm.model.DeleteParameterRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersRequest;

/** Parameters of Systems Manager in one region: only what differs is written, and read back afterwards. */
final class Parameters {
    private static final int CHUNK = 10;
    private static final int LOOKS = 6;
    private static final Duration MOMENT = Duration.ofMillis(500);
    private static final String GONE = "ParameterNotFound";

    private final AwsSession aws;
    private final String region;

    Parameters(AwsSession aws, String region) {
        this.aws = aws;
        this.region = region;
    }

    /** Values by name; names that are not there are left out. */
    Map<String, String> read(List<String> names) throws BuildException, InterruptedException {
        Map<String, String> values = new LinkedHashMap<>();
        for (int from = 0; from < names.size(); from += CHUNK) {
            List<String> chunk = names.subList(from, Math.min(names.size(), from + CHUNK));
            aws.calls()
                    .call(
                            "ssm:GetParameters",
                            region,
                            () -> aws.clients()
                                    .ssm(region)
                                    .getParameters(GetParametersRequest.builder()
                                            .names(chunk)
                                            .build()))
                    .parameters()
                    .forEach(parameter -> values.put(parameter.name(), parameter.value()));
        }
        return values;
    }

    /** Sets what differs; gives the names that were set. */
    List<String> write(List<AmiSpec.Parameter> parameters, String imageId, Optional<AmiJournal> journal)
            throws Exception {
        List<String> names = parameters.stream().map(AmiSpec.Parameter::name).toList();
        Map<String, String> before = read(names);
        List<String> written = new ArrayList<>();
        for (AmiSpec.Parameter parameter : parameters) {
            String old = before.get(parameter.name());
            if (!parameter.value().equals(old)) {
                if (journal.isPresent()) {
                    journal.get().making(AmiJournal.Kind.PARAMETER, region, parameter.name(), Optional.ofNullable(old));
                }
                put(parameter, imageId);
                written.add(parameter.name());
            }
        }
        if (!written.isEmpty()) {
            confirm(parameters, names);
        }
        return written;
    }

    private void put(AmiSpec.Parameter parameter, String imageId) throws BuildException, InterruptedException {
        aws.calls()
                .call(
                        "ssm:PutParameter",
                        region,
                        () -> aws.clients().ssm(region).putParameter(Requests.parameter(parameter, imageId)));
    }

    private void confirm(List<AmiSpec.Parameter> parameters, List<String> names) throws Exception {
        AmiSpec.Parameter wrong = null;
        for (int i = 0; i < LOOKS; i++) {
            Map<String, String> now = read(names);
            wrong = parameters.stream()
                    .filter(p -> !p.value().equals(now.get(p.name())))
                    .findFirst()
                    .orElse(null);
            if (wrong == null) {
                return;
            }
            aws.calls().pause().sleep(MOMENT.multipliedBy(1L << i));
        }
        throw new BuildException(
                FailureCode.PUBLISHING,
                "ssm:GetParameters in " + region + ": " + wrong.name() + " is not " + wrong.value()
                        + " after it was set",
                "an image id is only taken when the image is visible to Systems Manager: run again");
    }

    /** Puts the former value back, or takes the parameter away. */
    void restore(String name, Optional<String> before) throws BuildException, InterruptedException {
        if (before.isPresent()) {
            put(new AmiSpec.Parameter(name, before.get()), before.get().startsWith("ami-") ? before.get() : "");
            return;
        }
        try {
            aws.calls()
                    .attempt(
                            "ssm:DeleteParameter",
                            region,
                            () -> aws.clients()
                                    .ssm(region)
                                    .deleteParameter(DeleteParameterRequest.builder()
                                            .name(name)
                                            .build()),
                            Set.of(),
                            AwsCalls.Listener.NONE);
        } catch (AwsCalls.Refused e) {
            if (!e.code().startsWith(GONE)) {
                throw aws.calls().failure("ssm:DeleteParameter", region, e);
            }
        }
    }
}
