/** How JSON that came from outside is parsed. Promises that no record affects how a later one is read. */
package io.sidetrack.common.json;
