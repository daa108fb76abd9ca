package io.sidetrack.ops.verify;

import io.sidetrack.mapping.model.ItemKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads items of the table. */
interface KeyReads {
    /**
     * Reads some items.
     *
     * @param keys at most {@value BatchReads#MAX_KEYS} different keys
     * @return the items that exist, in any order
     */
    Future<List<Map<String, AttributeValue>>> read(List<ItemKey> keys);
}
