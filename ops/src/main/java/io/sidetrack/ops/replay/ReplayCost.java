package io.sidetrack.ops.replay;

import io.sidetrack.common.record.DynamoDbJson;
import io.sidetrack.ops.cost.Cost;
import io.sidetrack.ops.cost.CostOptions;
import io.sidetrack.ops.cost.ItemBytes;
import io.sidetrack.ops.cost.WriteModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Adds up what writing the replayed records to the table costs. Not thread-safe. */
final class ReplayCost {
    private final WriteModel model;
    private final ItemBytes size = new ItemBytes();
    private WriteModel.Units units = new WriteModel.Units(0, 0);
    private long bytes;
    private long notJson;

    ReplayCost(WriteModel model) {
        this.model = model;
    }

    /** Adds a record. One without a value deletes an item, whose size is unknown: it counts as a small one. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        try {
            byte[] value = record.value();
            units = units.plus(value == null ? model.ofDelete(0) : model.of(size.of(value, isItem(record))));
            bytes += value == null ? 0 : value.length;
        } catch (IOException e) {
            // The writer makes it a dead letter.
            notJson++;
        }
    }

    private static boolean isItem(ConsumerRecord<byte[], byte[]> record) {
        Header type = record.headers().lastHeader(DynamoDbJson.HEADER);
        return type != null && DynamoDbJson.isMark(type.value());
    }

    /** The price. */
    Cost cost(CostOptions options) {
        return options.cost(units, (double) bytes);
    }

    /** The price for people. */
    List<String> lines(CostOptions options) {
        List<String> lines = new ArrayList<>(cost(options).lines());
        if (notJson > 0) {
            lines.add(String.format(
                    Locale.ROOT, "%,d values are not JSON and cost nothing: they would become dead letters", notJson));
        }
        return lines;
    }
}
