/** Lists, shows and replays dead letters. */
package io.sidetrack.ops.deadletter;
