package dev.caisson.publish.aws;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.AmiSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageState;

/** What is done with images that are published. */
final class AmiUpkeep {
    private final AmiPublication ami;
    private final AwsSession aws;
    private final Images images;

    AmiUpkeep(AmiPublication ami, AwsSession aws) {
        this.ami = ami;
        this.aws = aws;
        this.images = new Images(aws);
    }

    AmiPublishing.Report validate() throws Exception {
        String account = AmiPublisher.identity(aws, ami.home().name());
        JsonObject regions = JsonObject.of();
        List<String> lines = new ArrayList<>();
        boolean good = true;
        for (AmiSpec.Region region : ami.regions()) {
            List<String> differences = new ArrayList<>();
            Optional<Image> image = images.find(region.name(), ami.name());
            if (image.isPresent()) {
                compare(region, image.get(), differences);
                sharing(region, image.get(), account, differences);
                parameters(region, image.get(), differences);
            }
            String status = image.isEmpty() ? "Missing" : differences.isEmpty() ? "Correct" : "Incorrect";
            good &= status.equals("Correct");
            String id = image.map(Image::imageId).orElse("-");
            regions.put(
                    region.name(),
                    JsonObject.of().put("id", id).put("status", status).putStrings("differences", differences));
            lines.add(region.name() + "  " + id + "  " + status);
            differences.forEach(difference -> lines.add("    " + difference));
        }
        JsonObject json =
                JsonObject.of().put("name", ami.name()).put("good", good).put("regions", regions);
        return new AmiPublishing.Report(json, lines, good);
    }

    private static void differ(List<String> differences, String what, Object is, Object expected) {
        if (!Objects.equals(is, expected)) {
            differences.add(what + " is " + (is == null ? "absent" : is) + ", expected "
                    + (expected == null ? "none" : expected));
        }
    }

    private void compare(AmiSpec.Region region, Image image, List<String> differences) {
        AmiSpec spec = ami.spec();
        differ(differences, "state", image.stateAsString(), ImageState.AVAILABLE.toString());
        differ(differences, "architecture", image.architectureAsString(), Requests.architecture(ami.arch()));
        differ(differences, "virtualization", image.virtualizationTypeAsString(), "hvm");
        differ(
                differences,
                "boot mode",
                image.bootModeAsString(),
                spec.bootMode().label());
        differ(differences, "TPM", image.tpmSupportAsString(), spec.tpm() ? "v2.0" : null);
        differ(differences, "IMDS", image.imdsSupportAsString(), spec.imdsV2() ? "v2.0" : null);
        differ(differences, "ENA", Boolean.TRUE.equals(image.enaSupport()), spec.ena());
        differ(differences, "SR-IOV", image.sriovNetSupport(), spec.sriov() ? "simple" : null);
        differ(differences, "root device", image.rootDeviceName(), spec.rootDevice());
        ami.tags().forEach((key, value) -> differ(differences, "tag " + key, Images.tag(image, key), value));
        if (spec.deprecateAfterDays().isPresent() && image.deprecationTime() == null) {
            differences.add("no deprecation time is set");
        }
        for (BlockDeviceMapping device : image.blockDeviceMappings()) {
            if (Objects.equals(device.deviceName(), spec.rootDevice()) && device.ebs() != null) {
                rootVolume(region, device.ebs(), differences);
            }
        }
    }

    private void rootVolume(AmiSpec.Region region, EbsBlockDevice ebs, List<String> differences) {
        differ(
                differences,
                "volume type",
                ebs.volumeTypeAsString(),
                ami.spec().volume().type());
        differ(differences, "volume size", ebs.volumeSize(), ami.volumeGib());
        differ(differences, "encryption", Boolean.TRUE.equals(ebs.encrypted()), ami.encrypted(region));
    }

    private void sharing(AmiSpec.Region region, Image image, String account, List<String> differences)
            throws Exception {
        AmiSpec.Grants missing = new Sharing(aws, ami.spec().grants(), account).missing(region.name(), image);
        missing.accounts().forEach(a -> differences.add("account " + a + " may not use it"));
        missing.organizations().forEach(a -> differences.add("organization " + a + " may not use it"));
        missing.organizationalUnits().forEach(a -> differences.add("organizational unit " + a + " may not use it"));
        if (missing.everybody()) {
            differences.add("it is not public");
        }
    }

    private void parameters(AmiSpec.Region region, Image image, List<String> differences) throws Exception {
        List<AmiSpec.Parameter> wanted = wanted(region, image, ami.version());
        Map<String, String> values = new Parameters(aws, region.name())
                .read(wanted.stream().map(AmiSpec.Parameter::name).toList());
        wanted.forEach(p -> differ(differences, "parameter " + p.name(), values.get(p.name()), p.value()));
    }

    private List<AmiSpec.Parameter> wanted(AmiSpec.Region region, Image image, String version) throws BuildException {
        List<AmiSpec.Parameter> wanted = new ArrayList<>();
        for (AmiSpec.Parameter template : ami.spec().parameters()) {
            wanted.add(ami.parameter(template, region.name(), image.imageId(), version));
        }
        return wanted;
    }

    AmiPublishing.Report promote(String as) throws Exception {
        AmiPublisher.identity(aws, ami.home().name());
        Map<AmiSpec.Region, Image> found = new LinkedHashMap<>();
        for (AmiSpec.Region region : ami.regions()) {
            Image image = images.find(region.name(), ami.name())
                    .filter(i -> i.state() == ImageState.AVAILABLE)
                    .orElseThrow(() -> new BuildException(
                            FailureCode.PUBLISHING,
                            "in " + region.name() + " there is no available image \"" + ami.name() + "\"",
                            "publish this version first, and to all regions"));
            found.put(region, image);
        }
        JsonObject json = JsonObject.of();
        List<String> lines = new ArrayList<>();
        for (Map.Entry<AmiSpec.Region, Image> entry : found.entrySet()) {
            List<AmiSpec.Parameter> wanted = wanted(entry.getKey(), entry.getValue(), as);
            wanted.removeAll(wanted(entry.getKey(), entry.getValue(), ami.version()));
            if (wanted.isEmpty()) {
                throw new BuildException(
                        FailureCode.MANIFEST,
                        "ami: ssm: no parameter's name has {version} in it, so there is nothing to promote",
                        "such as - {name: /my/{variant}/{arch}/{version}/image_id, value: \"{image_id}\"}");
            }
            String region = entry.getKey().name();
            List<String> written =
                    new Parameters(aws, region).write(wanted, entry.getValue().imageId(), Optional.empty());
            json.putStrings(region, written);
            written.forEach(name -> lines.add(region + "  " + name));
        }
        if (lines.isEmpty()) {
            lines.add("nothing to change");
        }
        return new AmiPublishing.Report(JsonObject.of().put("promoted", as).put("set", json), lines, true);
    }

    AmiPublishing.Report delete() throws Exception {
        AmiPublisher.identity(aws, ami.home().name());
        List<String> done = new ArrayList<>();
        for (AmiSpec.Region region : ami.regions()) {
            Optional<Image> image = images.find(region.name(), ami.name());
            if (image.isEmpty()) {
                continue;
            }
            if (Images.tag(image.get(), AmiPublication.TAG).isEmpty()) {
                throw new BuildException(
                        FailureCode.PUBLISHING,
                        "image " + image.get().imageId() + " in " + region.name()
                                + " was not published by this program",
                        "remove it by other means if you are sure");
            }
            List<AmiSpec.Parameter> wanted = wanted(region, image.get(), ami.version());
            Parameters parameters = new Parameters(aws, region.name());
            Map<String, String> values =
                    parameters.read(wanted.stream().map(AmiSpec.Parameter::name).toList());
            for (AmiSpec.Parameter parameter : wanted) {
                if (parameter.value().equals(values.get(parameter.name()))) {
                    parameters.restore(parameter.name(), Optional.empty());
                    done.add("parameter " + parameter.name() + " in " + region.name());
                }
            }
            images.remove(region.name(), image.get());
            done.add("image " + image.get().imageId() + " in " + region.name());
        }
        List<String> lines = new ArrayList<>();
        done.forEach(thing -> lines.add("removed " + thing));
        if (lines.isEmpty()) {
            lines.add("there is no image \"" + ami.name() + "\"");
        }
        return new AmiPublishing.Report(JsonObject.of().putStrings("removed", done), lines, true);
    }
}
