// Takes tokens apart with Agora's own parser and checks their signatures.
//
// Reads a JSON array of {token, certificate} and writes one of {parsed, signed, appId, issueTs, expire,
// services}, where the services are [{type, privileges, ...its text fields}].
'use strict'

const { AccessToken2 } = require('agora-token/src/AccessToken2')

const readable = value => {
    if (Buffer.isBuffer(value)) return value.toString()
    return value
}

const describe = service => {
    const out = {}
    for (const [name, value] of Object.entries(service)) {
        if (typeof value === 'function') continue
        out[name.replace(/^_+/, '')] = readable(value)
    }
    return out
}

const answers = JSON.parse(require('fs').readFileSync(0, 'utf8')).map(({ token, certificate }) => {
    const parser = new AccessToken2('', '', 0, 0)
    const parsed = parser.from_string(token)
    return {
        parsed,
        signed: parsed && parser.verifySignature(certificate),
        appId: readable(parser.appId),
        issueTs: parser.issueTs,
        expire: parser.expire,
        services: parser.services.map(describe),
    }
})
process.stdout.write(JSON.stringify(answers))
