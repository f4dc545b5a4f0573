/**
 * GUID Partition Tables: UEFI Specification 2.10, chapter 5, and the UAPI Group's Discoverable Partitions Specification.
 *
 * <table>
 * <caption>A disk of n sectors of 512 bytes (of 4096 bytes)</caption>
 * <tr><th>LBA</th><th>what</th></tr>
 * <tr><td>0</td><td>protective MBR</td></tr>
 * <tr><td>1</td><td>GPT header</td></tr>
 * <tr><td>2–33 (2–5)</td><td>128 partition entries of 128 bytes</td></tr>
 * <tr><td>34 (6) – n-34 (n-6)</td><td>usable</td></tr>
 * <tr><td>n-33 – n-2 (n-5 – n-2)</td><td>the entries again</td></tr>
 * <tr><td>n-1</td><td>the backup header</td></tr>
 * </table>
 *
 * <p>{@link dev.caisson.gpt.GptPlanner} turns what is asked for ({@link dev.caisson.gpt.PartitionLayout} of
 * {@link dev.caisson.gpt.PartitionSpec}) into {@link dev.caisson.gpt.PlannedPartition}s and the bytes of both tables
 * ({@link dev.caisson.gpt.GptPlan}), or says what does not fit. {@link dev.caisson.gpt.GptReader} reads both tables, each on its
 * own, and reports every damage of either.
 *
 * <p>We write sectors of 512 and 4096 bytes and 128 entries. We read up to 1 MiB of entries of any size that the specification
 * allows. We refuse other sector sizes, revisions other than 1.0 and headers longer than a sector. MBR partitions beside the
 * protective one (hybrid MBRs) are reported as damage.
 */
package dev.caisson.gpt;
