package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.Json;
import dev.caisson.manifest.Variant;
import dev.caisson.publish.aws.AmiPublishing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson publish ami}. */
@Command(
        name = "ami",
        mixinStandardHelpOptions = true,
        description = {
            "Makes Amazon machine images of a built variant: sends the disk through the EBS direct APIs, without an instance,"
                    + " registers and copies the image, shares it, and names it in Systems Manager, as the manifest's section"
                    + " ami says.",
            "A run that was cut off is continued by the same command; what cannot succeed is taken back. An image of the"
                    + " same name and content is not made twice. Of the next version only changed blocks are sent.",
            "Credentials are those of the AWS SDK: environment, web identity (AWS_ROLE_ARN and"
                    + " AWS_WEB_IDENTITY_TOKEN_FILE), profile, container, instance."
        },
        footer = {
            "",
            "Examples:",
            "  caisson publish ami aws-container-host --plan           all requests and permissions, offline",
            "  caisson publish ami aws-container-host --region eu-central-1 --region us-east-1",
            "  caisson publish ami aws-container-host --validate       compare what is there with the manifest",
            "  caisson publish ami aws-container-host --promote latest set .../latest/... to this version's images",
            "  caisson publish ami aws-container-host --delete         images, snapshots and parameters of this version",
            "  caisson publish ami aws-container-host --abort          take back what an unfinished run has made",
            "",
            "Exit codes: 0 done, 2 usage, 3 invalid manifest, 8 no key profile, 9 --validate found a difference,",
            "10 publishing failed; the message says what, where, and which permission is missing."
        })
final class PublishAmiCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions options;

    @ArgGroup
    private Mode mode = new Mode();

    /** What to do other than publish. */
    static final class Mode {
        @Option(names = "--plan", description = "Show what would be done, offline and without credentials.")
        private boolean plan;

        @Option(
                names = "--validate",
                description = "Compare what is there with the manifest; exit code 9 on a difference.")
        private boolean validate;

        @Option(
                names = "--promote",
                paramLabel = "NAME",
                description = "Set the parameters with NAME for {version} to this version's images.")
        private String promote;

        @Option(names = "--delete", description = "Take away this version's images, snapshots and parameters.")
        private boolean delete;

        @Option(names = "--abort", description = "Take back what an unfinished run has made.")
        private boolean abort;
    }

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description =
                    "Where to, instead of the manifest's regions; the first is uploaded to. May be given several times.")
    private List<String> regions = new ArrayList<>();

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "The disk image; default: the one that 'caisson build' has left in the output folder.")
    private Path image;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Folder of amis.json and of the journal; default: OUTPUT/VARIANT/ARCH.ami. Keep it between runs.")
    private Path state;

    @Option(
            names = "--previous",
            paramLabel = "DIR",
            description =
                    "Folder of an earlier publication's amis.json, whose snapshot becomes the parent; default: --state.")
    private Path previous;

    @Option(
            names = "--keys",
            paramLabel = "DIR",
            description = "Folder of key profiles; default: .caisson/keys at or above the manifest.")
    private Path keys;

    @Option(names = "--keep", description = "Leave what was made when publishing fails for good.")
    private boolean keep;

    @Parameters(paramLabel = "VARIANT", description = "Name or path of a variant.")
    private String name;

    @Override
    public boolean verbose() {
        return options.verbose;
    }

    @Override
    public Integer call() throws Exception {
        Session session = Session.of(spec, options);
        Variant variant = session.source().load(name);
        Path folder = options.output.resolve(variant.name());
        Path built = folder.resolve(variant.architecture().label());
        Path place = state == null ? folder.resolve(variant.architecture().label() + ".ami") : state;
        AmiPublishing.Report report;
        try (WorkPool pool = new WorkPool(options.jobs())) {
            AmiPublishing publishing = new AmiPublishing(session.progress(), pool, System.nanoTime());
            report = mode.abort
                    ? publishing.abort(place)
                    : run(
                            publishing,
                            new AmiPublishing.Order(
                                    variant,
                                    image == null ? built : image,
                                    regions,
                                    place,
                                    Optional.ofNullable(previous),
                                    Optional.ofNullable(keys),
                                    keep));
        } finally {
            session.progress().finish();
        }
        if (options.json) {
            session.out().print(Json.pretty(report.json()));
        } else {
            report.lines().forEach(session.out()::println);
        }
        return report.good() ? 0 : FailureCode.VERIFICATION.exitCode();
    }

    private AmiPublishing.Report run(AmiPublishing publishing, AmiPublishing.Order order) throws Exception {
        if (mode.plan) {
            return publishing.plan(order);
        }
        if (options.offline) {
            throw new BuildException(FailureCode.USAGE, "--offline allows --plan only", "leave it away to publish");
        }
        if (mode.validate) {
            return publishing.validate(order);
        }
        if (mode.promote != null) {
            return publishing.promote(order, mode.promote);
        }
        return mode.delete ? publishing.delete(order) : publishing.publish(order);
    }
}
