package dev.caisson.publish.aws;

import dev.caisson.engine.BuildException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.AmiSpec;
import dev.caisson.secureboot.EfiSignatureList;
import dev.caisson.secureboot.StoredVariable;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.core.SdkPojo;

/**
 * What publishing would do, found without a connection or credentials. The requests are made by what makes the real ones; ids
 * that only AWS can give are in angle brackets.
 */
final class AmiPlan {
    private static final String TOKEN = "<token>";
    private static final Instant PUBLISHED = Instant.EPOCH;

    private final AmiPublication ami;
    private final Optional<PublishedAmis.Previous> parent;
    private final List<Planned> requests = new ArrayList<>();
    private final List<String> rollback = new ArrayList<>();
    private final TreeSet<String> actions = new TreeSet<>();
    private final SortedMap<Integer, String> sent;

    private record Planned(String action, String region, String count, JsonObject parameters) {}

    AmiPlan(AmiPublication ami, Optional<PublishedAmis.Previous> previous) throws BuildException {
        this.ami = ami;
        this.parent = previous.filter(p -> p.region().equals(ami.home().name())
                && p.blocks().volumeGib() <= ami.blocks().volumeGib()
                && p.encrypted() == ami.encrypted(ami.home())
                && p.kmsKey().equals(ami.home().kmsKey()));
        this.sent = parent.isPresent()
                ? ami.blocks().changesTo(parent.get().blocks())
                : new TreeMap<>(ami.blocks().digests());
        plan();
    }

    private void request(String action, String region, String count, SdkPojo request) {
        actions.add(action);
        requests.add(new Planned(action, region, count, RequestJson.of(request)));
    }

    private void plan() throws BuildException {
        String home = ami.home().name();
        actions.addAll(List.of(
                "sts:GetCallerIdentity",
                "ec2:DescribeImages",
                "ec2:DescribeSnapshots",
                "ec2:DeleteSnapshot",
                "ec2:DeregisterImage",
                "ec2:CreateTags"));
        parent.ifPresent(p -> actions.add("ebs:ListSnapshotBlocks"));
        request(
                "ebs:StartSnapshot",
                home,
                "1",
                Requests.start(ami, parent.map(PublishedAmis.Previous::snapshot), TOKEN));
        if (!sent.isEmpty()) {
            request(
                    "ebs:PutSnapshotBlock",
                    home,
                    Integer.toString(sent.size()),
                    Requests.put("<snapshot>", sent.firstKey(), sent.get(sent.firstKey()), 0));
        }
        request("ebs:CompleteSnapshot", home, "1", Requests.complete("<snapshot>", sent));
        rollback.add(0, "ec2:DeleteSnapshot <snapshot> in " + home);
        request("ec2:RegisterImage", home, "1", Requests.register(ami, "<snapshot>", ami.tags()));
        rollback.add(0, "ec2:DeregisterImage <image in " + home + ">");
        keys();
        for (AmiSpec.Region region : ami.regions().subList(1, ami.regions().size())) {
            request("ec2:CopyImage", region.name(), "1", Requests.copy(ami, region, image(home), TOKEN));
            actions.add("ec2:CopySnapshot");
            rollback.add(
                    0, "ec2:DeregisterImage " + image(region.name()) + ", then ec2:DeleteSnapshot of its snapshots");
        }
        grants();
        parameters();
    }

    private static String image(String region) {
        return "<image in " + region + ">";
    }

    private void keys() {
        for (AmiSpec.Region region : ami.regions()) {
            if (region.kmsKey().isPresent()) {
                actions.addAll(List.of(
                        "kms:DescribeKey",
                        "kms:CreateGrant",
                        "kms:Decrypt",
                        "kms:GenerateDataKeyWithoutPlaintext",
                        "kms:ReEncryptFrom",
                        "kms:ReEncryptTo"));
            }
        }
    }

    private void grants() {
        AmiSpec.Grants grants = ami.spec().grants();
        for (AmiSpec.Region region : ami.regions()) {
            ami.deprecation(PUBLISHED).ifPresent(at -> {
                requests.add(new Planned(
                        "ec2:EnableImageDeprecation",
                        region.name(),
                        "1",
                        JsonObject.of()
                                .put("ImageId", image(region.name()))
                                .put(
                                        "DeprecateAt",
                                        "<creation date + "
                                                + ami.spec()
                                                        .deprecateAfterDays()
                                                        .getAsInt() + " days>")));
                actions.add("ec2:EnableImageDeprecation");
            });
        }
        if (grants.none()) {
            return;
        }
        if (grants.everybody()) {
            actions.add("ec2:GetImageBlockPublicAccessState");
        }
        if (!grants.accounts().isEmpty() || grants.everybody()) {
            actions.add("ec2:DescribeSnapshotAttribute");
            for (AmiSpec.Region region : ami.regions()) {
                request(
                        "ec2:ModifySnapshotAttribute",
                        region.name(),
                        "1",
                        Requests.share("<snapshot in " + region.name() + ">", grants.accounts(), grants.everybody()));
            }
        }
        actions.add("ec2:DescribeImageAttribute");
        for (AmiSpec.Region region : ami.regions()) {
            request("ec2:ModifyImageAttribute", region.name(), "1", Requests.share(image(region.name()), grants));
        }
    }

    private void parameters() throws BuildException {
        for (AmiSpec.Region region : ami.regions()) {
            String id = image(region.name());
            for (AmiSpec.Parameter template : ami.spec().parameters()) {
                AmiSpec.Parameter parameter = ami.parameter(template, region.name(), id, ami.version());
                request("ssm:PutParameter", region.name(), "1", Requests.parameter(parameter, id));
                actions.addAll(List.of("ssm:GetParameters", "ssm:DeleteParameter"));
                rollback.add(
                        0,
                        "ssm:PutParameter of the former value of " + parameter.name() + " in " + region.name()
                                + ", or ssm:DeleteParameter");
            }
        }
    }

    JsonObject json() throws Exception {
        JsonArray planned = JsonArray.of();
        for (Planned request : requests) {
            planned.add(JsonObject.of()
                    .put("action", request.action())
                    .put("region", request.region())
                    .put("count", Long.parseLong(request.count()))
                    .put("parameters", request.parameters()));
        }
        return JsonObject.of()
                .put("name", ami.name())
                .put("partition", AmiPublication.partition(ami.home().name()))
                .put("publication", ami.id())
                .put("image", "sha256:" + ami.imageDigest())
                .put(
                        "blocks",
                        JsonObject.of()
                                .put("diskBytes", ami.blocks().diskBytes())
                                .put("volumeGib", ami.blocks().volumeGib())
                                .put("blockBytes", SnapshotBlocks.BLOCK_BYTES)
                                .put("all", ami.blocks().count())
                                .put(
                                        "zero",
                                        ami.blocks().count()
                                                - ami.blocks().digests().size())
                                .put("send", sent.size())
                                .put("sendBytes", (long) sent.size() * SnapshotBlocks.BLOCK_BYTES)
                                .put("checksum", SnapshotBlocks.aggregate(sent))
                                .putOptional("parent", parent.map(PublishedAmis.Previous::snapshot)))
                .put("uefi", uefi())
                .put("requests", planned)
                .putStrings("iamActions", actions)
                .putStrings("rollback", rollback);
    }

    private JsonArray uefi() throws Exception {
        JsonArray variables = JsonArray.of();
        for (StoredVariable variable : ami.uefi()) {
            JsonObject json = JsonObject.of()
                    .put("name", variable.name())
                    .put("guid", variable.vendor().toString())
                    .put("attributes", variable.attributes())
                    .put("bytes", variable.data().length);
            if (variable.timestamp().isPresent()) {
                List<String> subjects = new ArrayList<>();
                for (X509Certificate certificate :
                        EfiSignatureList.certificates(EfiSignatureList.readAll(variable.data()))) {
                    subjects.add(certificate.getSubjectX500Principal().getName());
                }
                json.putStrings("certificates", subjects);
            }
            variables.add(json);
        }
        return variables;
    }

    /** The plan for people. */
    List<String> lines() throws Exception {
        List<String> lines = new ArrayList<>();
        SnapshotBlocks blocks = ami.blocks();
        lines.add("image     " + ami.name() + " (" + ami.arch() + "), in "
                + String.join(
                        ", ", ami.regions().stream().map(AmiSpec.Region::name).toList()));
        lines.add(String.format(
                Locale.ROOT,
                "disk      %d bytes in %d blocks of 512 KiB, %d of them zeros; volume of %d GiB",
                blocks.diskBytes(),
                blocks.count(),
                blocks.count() - blocks.digests().size(),
                ami.volumeGib()));
        lines.add(String.format(
                Locale.ROOT,
                "to send   %d blocks, %d bytes%s; checksum %s",
                sent.size(),
                (long) sent.size() * SnapshotBlocks.BLOCK_BYTES,
                parent.map(p -> " on top of " + p.snapshot()).orElse(""),
                SnapshotBlocks.aggregate(sent)));
        for (StoredVariable variable : ami.uefi()) {
            lines.add("uefi      " + variable.name() + ", " + variable.data().length + " bytes");
        }
        lines.add("requests, in this order:");
        for (Planned request : requests) {
            lines.add("  " + request.region() + "  " + request.action()
                    + (request.count().equals("1") ? "" : " × " + request.count() + ", the first") + "  "
                    + Json.canonical(request.parameters()));
        }
        lines.add("IAM actions: " + String.join(", ", actions));
        lines.add("on failure, in this order:");
        rollback.forEach(step -> lines.add("  " + step));
        return lines;
    }
}
