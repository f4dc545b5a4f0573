package dev.caisson.engine.formats;

import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.manifest.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The formats of a variant besides the raw image, which is always written. */
public final class BuildFormats {
    private final List<String> names;

    /** Those that the variant lists. */
    public BuildFormats(Variant variant) {
        names = variant.formats().stream().filter(name -> !name.equals("raw")).toList();
    }

    /** Where a format's file goes. */
    @FunctionalInterface
    public interface Place {
        /**
         * The path of a new file.
         *
         * @param kind the artifact's kind: the format's name
         * @param suffix what the file's name ends with
         */
        Path file(String kind, String suffix);
    }

    /** Writes the disk in every format. */
    public void write(DiskImage image, WorkPool pool, Place place) throws Exception {
        for (Output output : outputs()) {
            Path file = place.file(output.name, output.format.extension());
            new ImageConversion(pool, Progress.NONE)
                    .write(image, file, file.getFileName().toString(), output.format, 0);
        }
    }

    private List<Output> outputs() throws BuildException {
        List<Output> outputs = new ArrayList<>();
        for (String name : names) {
            outputs.add(new Output(name, OutputFormat.ofName(name)));
        }
        return outputs;
    }

    private record Output(String name, OutputFormat format) {}
}
