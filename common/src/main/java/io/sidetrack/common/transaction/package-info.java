/** What the failures of a transactional producer mean. */
package io.sidetrack.common.transaction;
