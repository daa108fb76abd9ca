/** Which lane a record takes. Promises an answer for every record, whatever its producer has put into it (R5). */
package io.sidetrack.router.lane;
