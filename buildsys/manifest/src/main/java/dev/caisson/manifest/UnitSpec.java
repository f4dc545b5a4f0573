package dev.caisson.manifest;

import java.util.List;

/**
 * Which systemd units run. A unit is named with its suffix ({@code containerd.service}) and is in one list at most.
 *
 * @param enable enabled whatever presets say
 * @param disable not enabled whatever presets say
 * @param mask linked to {@code /dev/null}
 * @param presetDefault for units that neither these lists nor a preset file name; default {@code disable}
 */
public record UnitSpec(List<String> enable, List<String> disable, List<String> mask, PresetPolicy presetDefault) {
    /** Copies. */
    public UnitSpec {
        enable = List.copyOf(enable);
        disable = List.copyOf(disable);
        mask = List.copyOf(mask);
    }
}
