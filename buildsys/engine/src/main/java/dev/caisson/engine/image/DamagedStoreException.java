package dev.caisson.engine.image;

import dev.caisson.engine.layer.LayerBlob;
import dev.caisson.erofs.ErofsPlan;
import dev.caisson.erofs.PlacedBytes;

/** The written root file system is not what was planned: an object of the store was damaged since it was made. */
final class DamagedStoreException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient LayerBlob blob;

    /** The first difference is at this byte of the planned file system. */
    DamagedStoreException(long offsetBytes, ErofsPlan plan) {
        super("the root file system differs at byte " + offsetBytes);
        LayerBlob found = null;
        for (PlacedBytes region : plan.regions()) {
            if (region.offset() <= offsetBytes
                    && offsetBytes < region.end()
                    && region.source() instanceof LayerBlob.Range range) {
                found = range.blob();
            }
        }
        this.blob = found;
    }

    /** A content that does not decode; its layer is dropped already. */
    DamagedStoreException(Exception cause) {
        super(cause.getMessage(), cause);
        this.blob = null;
    }

    /** Whether the difference lies in this layer's contents; where it lies in none, every layer is suspect. */
    boolean concerns(LayerBlob layer) {
        return blob == null || blob == layer;
    }
}
