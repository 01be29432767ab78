// Tokens a second by the official library: `[built, parsed and verified]`, each for a second after as
// long a warm-up.
const [library, appId, certificate] = process.argv.slice(2)
const { RtcTokenBuilder, RtcRole } = require(library)
const { AccessToken2 } = require(`${library}/src/AccessToken2`)

function perSecond(work) {
    const during = milliseconds => {
        const started = process.hrtime.bigint()
        const end = started + BigInt(milliseconds) * 1000000n
        let count = 0
        while (process.hrtime.bigint() < end) {
            for (let i = 0; i < 100; i++) work(count + i)
            count += 100
        }
        return (count * 1e9) / Number(process.hrtime.bigint() - started)
    }
    during(700)
    return during(1000)
}

const build = uid => RtcTokenBuilder.buildTokenWithUid(appId, certificate, 'lobby', uid + 1, RtcRole.PUBLISHER, 3600, 3600)
const token = build(41)
const verify = () => {
    const parsed = new AccessToken2()
    if (!parsed.from_string(token) || !parsed.verifySignature(certificate)) throw new Error('the token does not verify')
}
console.log(JSON.stringify([perSecond(build), perSecond(verify)]))
